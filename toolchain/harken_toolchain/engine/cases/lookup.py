"""Cases of ops that fetch rows."""

from typing import Any

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_SAMPLES = 3


@case("GATHER")
def gather(draw: Draw, op: str) -> Case:
    """Constant tables (an embedding) and computed ones; any axis, any batch_dims."""
    dtype = draw.choice(["int8", "int8", "int8", "float32"])
    shape = draw.shape(1, 4)
    axis = draw.integer(0, len(shape) - 1)
    batch = draw.integer(0, axis)
    places = shape[:batch] + draw.shape(0, 2, 12)
    target = shape[:axis] + places[batch:] + shape[axis + 1 :]
    model = ModelBuilder()
    same = draw.quantisation(dtype)
    constant = draw.flag()
    data = draw.array(shape, dtype) if constant else None
    table = model.tensor(shape, dtype, data=data, **same)
    wanted = model.tensor(places, "int32")
    out = model.tensor(target, dtype, **same)
    fields: dict[str, Any] = {
        "axis": axis - len(shape) if draw.flag() else axis,
        "batchDims": batch - len(places) if batch < len(places) and draw.flag() else batch,
    }
    model.op(op, [table, wanted], [out], "Gather", **fields)
    samples = [
        ([] if constant else [draw.array(shape, dtype)]) + [draw.indices(places, shape[axis])]
        for _ in range(_SAMPLES)
    ]
    fed = [wanted] if constant else [table, wanted]
    note = f"{dtype}{shape} at int32{places} constant {constant} {fields}"
    return Case(op, model.build(fed, [out]), samples, note)


@case("EMBEDDING_LOOKUP")
def embedding_lookup(draw: Draw, op: str) -> Case:
    """int8 and float32 tables, and int8 tables with float32 output."""
    dtype, result = draw.choice([("int8", "int8"), ("int8", "float32"), ("float32", "float32")])
    shape = draw.shape(2, 4)
    count = draw.integer(1, 8)
    model = ModelBuilder()
    params: dict[str, Any] = {"scale": draw.scale(), "zero_point": 0} if dtype == "int8" else {}
    wanted = model.tensor([count], "int32")
    table = model.tensor(shape, dtype, data=draw.array(shape, dtype), **params)
    out = model.tensor([count, *shape[1:]], result, **(params if result == "int8" else {}))
    model.op(op, [wanted, table], [out])
    samples = [[draw.indices([count], shape[0])] for _ in range(_SAMPLES)]
    note = f"{dtype}{shape} -> {result} {params}"
    return Case(op, model.build([wanted], [out]), samples, note)


@case("SHAPE")
def shape_(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "float32", "int32"])
    shape = draw.shape(1, 5)
    model = ModelBuilder()
    a = model.tensor(shape, dtype, **draw.quantisation(dtype))
    out = model.tensor([len(shape)], "int32")
    model.op(op, [a], [out], "Shape", outType=2)
    return Case(op, model.build([a], [out]), [[np.zeros(shape, dtype)]], f"{dtype}{shape}")
