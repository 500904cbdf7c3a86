"""Where the models lie: packed in the `models` partition, or as files in a folder `models`."""

import sys
from errno import ENOENT

from harken.compat import const, forget

_CHUNK = const(512)


def first(names):
    """The source of the first model of that name there is; OSError (ENOENT) where there is none."""
    for name in names:
        try:
            return source(name)
        except OSError:
            pass
    raise OSError(ENOENT, "no model %s" % " or ".join(names))


def source(name):
    """A source for `harken.tflite.Interpreter` with the model `name`.

    Raises OSError when there is none of that name, ValueError when the flash has damaged it.
    """
    try:
        return _packed(name)
    except (OSError, KeyError):
        path = "models/%s.tflite" % name
        open(path, "rb").close()
        return path


def _packed(name):
    """The model in the partition; the code that finds it there is not kept."""
    before = set(sys.modules)
    from harken import partition

    try:
        models = partition.models()
        if not models.check(name, bytearray(_CHUNK)):
            raise ValueError("model %s is damaged: another CRC-32 than when it was packed" % name)
        return models.open(name)
    finally:
        forget(*[name for name in sys.modules if name not in before and "slots" in name])
        forget("harken.partition")
