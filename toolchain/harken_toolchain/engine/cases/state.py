"""Cases of variables: a running sum that lives from one invocation to the next."""

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_SAMPLES = 4


@case("VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE")
def variable(draw: Draw, op: str) -> Case:
    """y = x + state; state = y; with a start value from CALL_ONCE now and then."""
    dtype = draw.choice(["int8", "float32"])
    shape = draw.shape(1, 3, 40)
    same = draw.quantisation(dtype)
    model = ModelBuilder()
    started = op == "CALL_ONCE" or draw.flag()
    if started:
        start = model.subgraph("start")
        handle = start.tensor([1], "resource")
        data = start.tensor(shape, dtype, data=draw.array(shape, dtype), **same)
        start.op("VAR_HANDLE", [], [handle], "VarHandle", sharedName="state", container="")
        start.op("ASSIGN_VARIABLE", [handle, data], [], "AssignVariable")
        start.finish([], [])
        model.op("CALL_ONCE", [], [], "CallOnce", initSubgraphIndex=1)
    handle = model.tensor([1], "resource")
    before = model.tensor(shape, dtype, **same)
    x = model.tensor(shape, dtype, **same)
    y = model.tensor(shape, dtype, **same)
    model.op("VAR_HANDLE", [], [handle], "VarHandle", sharedName="state", container="")
    model.op("READ_VARIABLE", [handle], [before], "ReadVariable")
    model.op("ADD", [x, before], [y], "Add", fusedActivationFunction=0)
    model.op("ASSIGN_VARIABLE", [handle, y], [], "AssignVariable")
    samples = [[draw.array(shape, dtype)] for _ in range(_SAMPLES)]
    return Case(op, model.build([x], [y]), samples, f"{dtype}{shape} {same} started {started}")
