"""Calls of kernels with random data: what tests compare and what is counted.

The parameter layouts are those of `firmware/harken/tflite/kernels/portable`.
"""

from array import array
from dataclasses import dataclass
from random import Random

from harken_toolchain.lx6.qemu import Argument

#: Scratch that the firmware gives convolutions.
SCRATCH = 6144


@dataclass
class Call:
    """A kernel's name, its arguments (p, x, w, y, s and more) and what it computes.

    `work` counts multiply-accumulates, or outputs where there are none.
    """

    kernel: str
    arguments: list[Argument]
    work: int

    @property
    def p(self) -> array:
        """The parameters."""
        found = self.arguments[0]
        assert isinstance(found, array)
        return found


@dataclass
class Data:
    """Where random values come from.

    Attributes:
        random: the generator.
        extreme: 0 ordinary layers, 1 only the extremes among int8 values, 2 also among parameters.
        per_channel: a multiplier for each output.
        offset: bytes in front of x, w and y.
    """

    random: Random
    extreme: int = 0
    per_channel: bool = True
    offset: int = 0

    def bytes(self, count: int) -> bytearray:
        """`count` int8 values behind `offset` others."""
        count += self.offset
        if self.extreme:
            return bytearray(self.random.choice((128, 127, 255, 0)) for _ in range(count))
        return bytearray(self.random.randbytes(count))

    def tables(self, head: list[int], outputs: int) -> array:
        """p: the head, completed, and its tables of bias, multiplier and shift."""
        r, many = self.random, outputs if self.per_channel else 1
        at = len(head)
        head[10:18] = (r.randint(-128, 127), -128, 127, int(self.per_channel), at, at + outputs)[
            :6
        ] + (at + outputs + many, 0)
        bound = 2**31 - 1 if self.extreme == 2 else 2**15
        low, high = (-31, 5) if self.extreme == 2 else (-14, -6)
        p = array("i", head)
        p.extend(r.randint(-bound, bound) for _ in range(outputs))
        p.extend(r.randint(2**30, 2**31 - 1) for _ in range(many))
        p.extend(r.randint(low, high) for _ in range(many))
        return p

    def zero(self) -> int:
        """What is added to x: minus a zero point."""
        return self.random.choice((128, -127)) if self.extreme else self.random.randint(-127, 128)


def dense(
    data: Data, depth: int, outputs: int, batches: int = 1, first: int = 0, rows: int = 0
) -> Call:
    """A tile of `rows` rows (all when 0) of a dense layer, from row `first` on."""
    rows = rows or outputs
    at = data.offset
    head = [first, rows, depth, at, at, at, batches, outputs, data.zero(), 0] + [0] * 8
    p = data.tables(head, outputs)
    x, w = data.bytes(batches * depth), data.bytes(rows * depth)
    y = bytearray(at + batches * outputs)
    return Call("dense", [p, x, w, y, bytearray(2 * depth + 16)], rows * depth * batches)


@dataclass
class Window:
    """Geometry of a convolution: filter, strides, dilations, padding, each as (y, x)."""

    size: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)


def conv(
    data: Data,
    x_shape: tuple[int, int, int],
    y_size: tuple[int, int],
    outputs: int,
    window: Window,
    batches: int = 1,
    first: int = 0,
    rows: int = 0,
    scratch: int = SCRATCH,
) -> Call:
    """A tile of `rows` filters (all when 0) of a convolution over (height, width, channels)."""
    rows = rows or outputs
    at, depth = data.offset, window.size[0] * window.size[1] * x_shape[2]
    head = [first, rows, depth, at, at, at, batches, outputs, data.zero(), 0] + [0] * 8
    head += [*x_shape, *y_size, *_geometry(window), x_shape[2], outputs]
    p = data.tables(head, outputs)
    positions = batches * y_size[0] * y_size[1]
    x, w = data.bytes(batches * x_shape[0] * x_shape[1] * x_shape[2]), data.bytes(rows * depth)
    y, s = bytearray(at + positions * outputs), bytearray(max(scratch, 4 * depth + 40))
    return Call("conv", [p, x, w, y, s, p, 0], positions * rows * depth)


def depthwise(
    data: Data,
    x_shape: tuple[int, int, int],
    y_size: tuple[int, int],
    times: int,
    window: Window,
    batches: int = 1,
) -> Call:
    """A depthwise convolution with `times` filters a channel."""
    at, outputs = data.offset, x_shape[2] * times
    taps = window.size[0] * window.size[1]
    head = [0, 1, taps * outputs, at, at, at, batches, outputs, data.zero(), 0] + [0] * 8
    head += [*x_shape, *y_size, *_geometry(window), times, 0]
    p = data.tables(head, outputs)
    positions = batches * y_size[0] * y_size[1]
    x, w = data.bytes(batches * x_shape[0] * x_shape[1] * x_shape[2]), data.bytes(taps * outputs)
    s = bytearray(_depthwise_scratch(y_size[1], window))
    y = bytearray(at + positions * outputs)
    return Call("depthwise", [p, x, w, y, s], positions * outputs * taps)


def _geometry(window: Window) -> list[int]:
    return [*window.size, *window.stride, *window.dilation, *window.padding]


def _depthwise_scratch(width: int, window: Window) -> int:
    column = (window.size[0] + 1) // 2 * 4
    wide = (window.size[1] - 1) * window.dilation[1] + 1
    columns = (width - 1) * window.stride[1] + wide
    return 4 * ((wide * column + 7) // 8 * 8 + 8 + columns * column + 16)


def requantize(data: Data, outputs: int, first: int = 0, count: int = 0) -> Call:
    """A row of `count` accumulators (all when 0) that becomes int8."""
    count = count or outputs
    head = [0, outputs, 0, 0, 0, 0, 1, outputs, 0, 0] + [0] * 8
    p = data.tables(head, outputs)
    bound = 2**31 - 1 if data.extreme else 2**20
    s = array("i", (data.random.randint(-bound, bound) for _ in range(count)))
    y = bytearray(data.offset + count)
    return Call("requantize", [p, s, y, count, first, data.offset], count)
