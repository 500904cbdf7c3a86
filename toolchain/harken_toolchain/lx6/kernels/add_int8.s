; add_int8(p, x, w, y, s): p as in portable/add.py.

.include "common.inc"

.macro settings
  parameter a6, p, 9
  slli a6, a6, 16
  parameter a7, p, 10
  or a6, a6, a7             ; multiplier of x
  parameter a7, p, 13
  slli a7, a7, 16
  parameter a8, p, 14
  or a7, a7, a8             ; of w
  parameter a8, p, 16
  parameter a9, p, 19
  parameter a10, p, 20
.endm

; \v = \v * \m >> 31, then by p[\shift] more, both rounded. Loses a15 and a0.
.macro scaled v, m, shift
  high_mul \v, \m, a15
  parameter a0, p, \shift
  beqz a0, unshifted\@
  addi.n a0, a0, -1
  ssr a0
  shift_right \v, a15
unshifted\@:
.endm

.macro element
  parameter a15, p, 8
  add.n a13, a13, a15
  slli a13, a13, 20
  scaled a13, a6, 11
  parameter a15, p, 12
  add.n a14, a14, a15
  slli a14, a14, 20
  scaled a14, a7, 15
  parameter a15, p, 21
  mull a14, a14, a15
  add.n a13, a13, a14
  scaled a13, a8, 17
  parameter a14, p, 18
  add.n a13, a13, a14
.endm

.include "elementwise.inc"
