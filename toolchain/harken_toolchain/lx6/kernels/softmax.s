; softmax(p, x, w, y, s): int8 rows; p as in portable/softmax.py. int8 results only (p[5] = 8).
;
; The reciprocal of the sum is found by three steps of Newton's method in 2 integer bits, as gemmlowp's
; one_over_one_plus_x_for_x_in_0_1 does; its last doubling saturates.

.include "common.inc"

.reg p, a2
.reg ax, a3
.reg table, a4
.reg ay, a5
.reg depth, a6
.reg size, a7
.reg top, a8
.reg scale, a9

; The constant \a * 2**20 + \b * 2**9 + \c.
.macro constant to, a, b, c, t
  movi \to, \a
  slli \to, \to, 11
  movi \t, \b
  add \to, \to, \t
  slli \to, \to, 9
  movi \t, \c
  add \to, \to, \t
.endm

  entry a1, 48
  s32i a0, a1, 0
  beqi a3, 5, begin
  movi a2, RETURN_WRONG
  retw.n
begin:
  argument p, 0
  argument ax, 1
  parameter a6, p, 2
  add ax, ax, a6
  argument table, 2
  argument a7, 3
  parameter a6, p, 3
  add ay, a7, a6
  parameter a13, p, 0
  s32i a13, a1, 4           ; rows
  parameter depth, p, 1
  parameter size, p, 4
row:
  movi top, -128
  mov.n a10, ax
  loop depth, largest
  l8ui a11, a10, 0
  addi.n a10, a10, 1
  sext a11, a11, 7
  max top, top, a11
largest:
  movi a12, 0
  mov.n a10, ax
  loop depth, summed
  l8ui a11, a10, 0
  addi.n a10, a10, 1
  sext a11, a11, 7
  sub a11, top, a11
  bge a11, size, no_part
  addx4 a11, a11, table
  l32i.n a11, a11, 0
  srai a11, a11, 11
  addi.n a11, a11, 1
  srai a11, a11, 1
  add.n a12, a12, a11
no_part:
  nop
summed:
  ; a12: the sum; its leading zeros go, and its highest bit
  nsau a13, a12
  ssl a13
  sll a12, a12
  movi a11, 1
  slli a10, a11, 31
  xor a12, a12, a10
  slli a11, a11, 30
  srai a12, a12, 1
  add a12, a12, a11         ; (1 + a) / 2
  constant a14, -964, 481, 452, a10       ; -1010580540
  mov.n scale, a12
  high_mul scale, a14, a10
  constant a14, 1445, 1325, 90, a10       ; 1515870810
  add scale, scale, a14
  movi a15, 3
newton:
  mov.n a14, a12
  high_mul a14, scale, a10
  srli a10, a11, 1
  sub a14, a10, a14
  high_mul a14, scale, a10
  slli a14, a14, 2
  add scale, scale, a14
  addi a15, a15, -1
  bnez a15, newton
  slli a14, scale, 1
  blt scale, a11, not_saturated
  addi a14, a11, -1
  add a14, a14, a11
not_saturated:
  mov.n scale, a14
  ; results are shifted down by 12 - a13 + 31 - 8
  movi a14, 35
  sub a14, a14, a13
  movi a15, 31
  min a14, a14, a15
  addi a14, a14, -1
  ssr a14
  movi a13, -128
  movi a14, 127
  mov.n a10, ax
  loop depth, written
  l8ui a11, a10, 0
  addi.n a10, a10, 1
  sext a11, a11, 7
  sub a11, top, a11
  mov.n a12, a13
  bge a11, size, no_value
  addx4 a11, a11, table
  l32i.n a12, a11, 0
  high_mul a12, scale, a15
  sra a12, a12              ; never negative
  addi.n a12, a12, 1
  srai a12, a12, 1
  add.n a12, a12, a13
  min a12, a12, a14
no_value:
  s8i a12, ay, 0
  addi.n ay, ay, 1
written:
  mov.n ax, a10
  l32i a13, a1, 4
  addi a13, a13, -1
  s32i a13, a1, 4
  beqz a13, end
  j row
end:
  l32i a0, a1, 0
  movi a2, RETURN_OK
  retw.n
