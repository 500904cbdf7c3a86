; mul_int8(p, x, w, y, s): p as in portable/mul.py.

.include "common.inc"

.macro settings
  parameter a6, p, 8
  parameter a7, p, 9
  parameter a8, p, 10
  parameter a9, p, 13
  parameter a10, p, 14
  parameter a11, p, 11
.endm

.macro element
  add.n a13, a13, a6
  add.n a14, a14, a7
  mull a13, a13, a14
  mov.n a0, a11
  requantize a13, a8, a0, a15
  parameter a14, p, 12
  add.n a13, a13, a14
.endm

.include "elementwise.inc"
