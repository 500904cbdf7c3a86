"""Which module of `ops` runs which builtin operator. A new operator is a new row."""

from .compat import leaf
from .errors import ModelError

# builtin code, name, module. One string: on a board this is one allocation instead of fifty.
_ROWS = """
0 ADD add
1 AVERAGE_POOL_2D pool
2 CONCATENATION concatenation
3 CONV_2D conv
4 DEPTHWISE_CONV_2D conv
6 DEQUANTIZE quantize
7 EMBEDDING_LOOKUP gather
9 FULLY_CONNECTED fully_connected
11 L2_NORMALIZATION l2_normalization
14 LOGISTIC activation
17 MAX_POOL_2D pool
18 MUL mul
19 RELU unary
21 RELU6 unary
22 RESHAPE reshape
25 SOFTMAX softmax
27 SVDF svdf
28 TANH activation
34 PAD pad
36 GATHER gather
39 TRANSPOSE transpose
40 MEAN reduce
41 SUB add
43 SQUEEZE reshape
44 UNIDIRECTIONAL_SEQUENCE_LSTM lstm
45 STRIDED_SLICE slice
49 SPLIT split
53 CAST cast
55 MAXIMUM maximum
56 ARG_MAX arg_max
57 MINIMUM maximum
60 PADV2 pad
65 SLICE slice
67 TRANSPOSE_CONV transpose_conv
70 EXPAND_DIMS reshape
74 SUM reduce
76 RSQRT unary
77 SHAPE shape
82 REDUCE_MAX reduce
83 PACK concatenation
88 UNPACK split
97 RESIZE_NEAREST_NEIGHBOR resize
98 LEAKY_RELU unary
99 SQUARED_DIFFERENCE squared_difference
105 REVERSE_V2 reverse
114 QUANTIZE quantize
117 HARD_SWISH unary
126 BATCH_MATMUL batch_matmul
129 CALL_ONCE variable
142 VAR_HANDLE variable
143 READ_VARIABLE variable
144 ASSIGN_VARIABLE variable
"""


def _row(code):
    at = _ROWS.find("\n%d " % code)
    return _ROWS[at + 1 : _ROWS.find("\n", at + 1)].split(" ") if at >= 0 else None


def name(code):
    """The operator's name in the schema; its number where this interpreter does not know it."""
    row = _row(code)
    return row[1] if row else "BUILTIN_%d" % code


def module(code):
    """The name of the module that runs the operator. `ModelError` where there is none."""
    row = _row(code)
    if row is None:
        raise ModelError("builtin operator %d is not supported" % code)
    return __name__.rsplit(".", 1)[0] + ".ops." + row[2]


def find(code):
    """The module that runs the operator."""
    return leaf(module(code))


def supported():
    """The names of all operators."""
    return [row.split(" ")[1] for row in _ROWS.split("\n") if row]
