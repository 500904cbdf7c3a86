"""Which module of `ops` runs which builtin operator. A new operator is a new row."""

from .errors import ModelError

# Builtin code, name, module, inputs, outputs (from-to). One string: on a board this is one
# allocation instead of fifty.
_ROWS = """
0 ADD add 2 1
1 AVERAGE_POOL_2D pool 1 1
2 CONCATENATION concatenation 1-255 1
3 CONV_2D conv 2-3 1
4 DEPTHWISE_CONV_2D conv 2-3 1
6 DEQUANTIZE quantize 1 1
7 EMBEDDING_LOOKUP gather 2 1
9 FULLY_CONNECTED fully_connected 2-3 1
11 L2_NORMALIZATION l2_normalization 1 1
14 LOGISTIC activation 1 1
17 MAX_POOL_2D pool 1 1
18 MUL mul 2 1
19 RELU unary 1 1
21 RELU6 unary 1 1
22 RESHAPE reshape 1-2 1
25 SOFTMAX softmax 1 1
27 SVDF svdf 5 1
28 TANH activation 1 1
34 PAD pad 2 1
36 GATHER gather 2 1
39 TRANSPOSE transpose 2 1
40 MEAN reduce 2 1
41 SUB add 2 1
43 SQUEEZE reshape 1 1
44 UNIDIRECTIONAL_SEQUENCE_LSTM lstm 24 1
45 STRIDED_SLICE slice 4 1
49 SPLIT split 2 1-255
53 CAST cast 1 1
55 MAXIMUM maximum 2 1
56 ARG_MAX arg_max 2 1
57 MINIMUM maximum 2 1
60 PADV2 pad 3 1
65 SLICE slice 3 1
67 TRANSPOSE_CONV transpose_conv 3-4 1
70 EXPAND_DIMS reshape 2 1
74 SUM reduce 2 1
76 RSQRT unary 1 1
77 SHAPE shape 1 1
82 REDUCE_MAX reduce 2 1
83 PACK concatenation 1-255 1
88 UNPACK split 1 1-255
97 RESIZE_NEAREST_NEIGHBOR resize 2 1
98 LEAKY_RELU unary 1 1
99 SQUARED_DIFFERENCE squared_difference 2 1
105 REVERSE_V2 reverse 2 1
114 QUANTIZE quantize 1 1
117 HARD_SWISH unary 1 1
126 BATCH_MATMUL batch_matmul 2 1
129 CALL_ONCE variable 0 0
142 VAR_HANDLE variable 0 1
143 READ_VARIABLE variable 1 1
144 ASSIGN_VARIABLE variable 2 0
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


def check(op):
    """Raises `ModelError` unless the operator is known and has the inputs and outputs it may."""
    module(op.code)
    row = _row(op.code)
    _count(op, "inputs", len(op.inputs), row[3])
    _count(op, "outputs", len(op.outputs), row[4])


def _count(op, what, n, wanted):
    least, _, most = wanted.partition("-")
    if not int(least) <= n <= int(most or least):
        raise ModelError("%s: %d %s: wanted %s" % (op, n, what, wanted))


def supported():
    """The names of all operators."""
    return [row.split(" ")[1] for row in _ROWS.split("\n") if row]
