"""The interpreter, with the interface of LiteRT's."""

from . import kernels as kernel_sets
from .compat import leaf
from .runner import Runner
from .sources import open_source

#: Multiply-accumulates of one inference that are accepted: about a minute on a board.
WORK_LIMIT = 1 << 31
#: Bytes of arena that are accepted.
ARENA_LIMIT = 1 << 26


def _once(name):
    """The module that is only needed while a model is prepared."""
    return leaf(__name__.rsplit(".", 1)[0] + "." + name)


class Interpreter(Runner):
    """Runs one .tflite model.

    `source` is a path, bytes-like, an open binary file, a flash partition (`readblocks`) or an
    object with `size`, `memory` and `readinto(offset, buffer)`. `kernels` names a kernel set
    instead of the best one. Raises `ModelError` for a model that is damaged or not supported.

    `arena` is a list of bytearrays to lay the arena out in, `tile` one to read weights through,
    both best made before other code parts the free heap; else they are allocated, the arena in
    blocks of at most `arena_block` bytes. Interpreters may share them when each sets all inputs and
    resets its variables before it runs, and its outputs are read before the next one does.
    `arena_limit` bounds the arena, `work_limit` the multiply-accumulates of one run.

    With `prepared`, a layout that lies behind the model is taken instead of computing one, see
    `prepared.py`. It is trusted: use it for models that were packed with the application. It takes
    the buffers of `arena` whose size it wants, for example those of a runner that is given up.
    """

    def __init__(
        self,
        source,
        kernels=None,
        arena=None,
        tile=None,
        arena_block=16384,
        arena_limit=ARENA_LIMIT,
        work_limit=WORK_LIMIT,
        experimental_preserve_all_tensors=False,
        prepared=False,
    ):
        sets = kernel_sets.SETS
        if kernels is not None and not (kernels in sets and kernel_sets.usable(kernels)):
            raise ValueError("kernels %r: wanted one of %s that runs here" % (kernels, sets))
        self.kernels = kernels or kernel_sets.NAME
        self._source = open_source(source)
        self._limits = arena_block, arena_limit, work_limit
        self._given = arena, tile
        self._preserve = experimental_preserve_all_tensors
        Runner.__init__(self)
        self.arena = 0  # bytes
        self.blocks = ()  # bytes of each block of the arena
        self.work = ()  # (subgraph, operator, multiply-accumulates or elements) of each operator
        self._layout = None
        if prepared:
            load = _once("prepared").load
            self._layout = load(self._source, self.kernels, arena or ())
        if self._layout is None:
            _once("graph").Model(self._source)

    def allocate_tensors(self):
        """Lays out the arena and prepares the operators. Variables start at their zero."""
        if self._layout:
            self._take(self._layout)
            self.reset_variable_tensors()
            return
        allocate = _once("allocation").allocate
        arena, tile = self._given
        plan = allocate(self._source, self.kernels, self._limits, arena, tile, self._preserve)
        self._steps, self._variables, self._places = plan.steps, plan.variables, plan.places
        self.arena, self.blocks, self.work = plan.arena, plan.blocks, plan.work
        self.reset_variable_tensors()

    def _take(self, layout):
        self._steps, self._variables = layout["steps"], layout["variables"]
        self._places = layout["places"]
        self.arena, self.blocks = layout["arena"], layout["blocks"]

    def get_input_details(self):
        """A list of dicts: name, index, shape, dtype, quantization, quantization_parameters."""
        return self._layout["inputs"] if self._layout else self._details(False)

    def get_output_details(self):
        """As `get_input_details`, for the outputs."""
        return self._layout["outputs"] if self._layout else self._details(True)

    def _details(self, outputs):
        return _once("allocation").details(self._source, outputs)

    def detach(self):
        """What runs the prepared model, and nothing else: a `Runner`. See `unload`."""
        runner = Runner(self._steps, self._variables, self._places)
        runner.buffers = self._layout["buffers"] if self._layout else ()
        return runner

    def metadata(self, name):
        """The content of a metadata buffer of the model as bytes; None where there is none."""
        place = self.metadata_place(name)
        if place is None:
            return None
        content = bytearray(place[1])
        self._source.readinto(place[0], content)
        return bytes(content)

    def metadata_place(self, name):
        """(offset, length) of a metadata buffer in the source, to read it in parts; or None."""
        if self._layout:
            return self._layout["metadata"].get(name)
        return _once("graph").Model(self._source).metadata_place(name)

    def close(self):
        """Closes the file that the constructor opened."""
        self._source.close()
