"""The element types that a .tflite file names, and their numpy twins."""

import numpy as np

#: Name in the schema's `TensorType` -> numpy dtype, for every type that the engine proves.
NUMPY = {
    "FLOAT32": np.float32,
    "INT32": np.int32,
    "UINT8": np.uint8,
    "INT64": np.int64,
    "BOOL": np.bool_,
    "INT16": np.int16,
    "INT8": np.int8,
}

#: numpy dtype name ("int8") -> name in the schema ("INT8").
SCHEMA = {np.dtype(kind).name: name for name, kind in NUMPY.items()}
