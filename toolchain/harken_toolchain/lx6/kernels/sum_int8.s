; sum_int8(p, x, w, y, s): MEAN and SUM; p as in portable/reduce.py.

.include "common.inc"

.macro start
  parameter a7, p, 11
.endm
.macro take
  add.n a7, a7, a10
.endm
.macro result
  parameter a9, p, 9
  parameter a10, p, 10
  requantize a7, a9, a10, a11
  parameter a9, p, 12
  add a7, a7, a9
  clamps a7, a7, 7
.endm

.include "reduce.inc"
