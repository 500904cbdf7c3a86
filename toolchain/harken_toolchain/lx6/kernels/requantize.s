; requantize(p, s, y, count, first, to): a row of int32 accumulators at s[p[17]] becomes int8.
;
; p as in portable/dense.py; `first` is the row's first output, `to` its place in y. One multiplier
; for all outputs stays in registers; otherwise each output has its own.

.include "common.inc"

.reg acc, a2
.reg bias, a3
.reg mult, a4
.reg shift, a5
.reg y, a6
.reg count, a7
.reg zero_point, a8
.reg low, a9
.reg high, a10
.reg step, a11
.reg minus_one, a12

; Clamps a13 and stores it at y[\n].
.macro store n
  add.n a13, a13, zero_point
  max a13, a13, low
  min a13, a13, high
  s8i a13, y, \n
.endm

; Output \n with the one multiplier in mult and SAR.
.macro shared n
  l32i.n a13, acc, 4 * \n
  l32i.n a14, bias, 4 * \n
  add.n a13, a13, a14
  high_mul a13, mult, a14
  shift_right a13, a14
  store \n
.endm

  entry a1, 48
  s32i a0, a1, 0
  beqi a3, 6, begin
  movi a2, RETURN_WRONG
  retw.n
begin:
  argument a15, 0
  argument acc, 1
  parameter a6, a15, 17
  add acc, acc, a6
  argument y, 2
  l32i a7, a5, 20
  srai a7, a7, 1
  add y, y, a7
  l32i a8, a5, 16
  srai a8, a8, 1            ; first
  l32i count, a5, 12
  srai count, count, 1
  parameter bias, a15, 14
  add bias, bias, a8
  addx4 bias, bias, a15
  parameter step, a15, 13
  mull a8, a8, step
  parameter mult, a15, 15
  add mult, mult, a8
  addx4 mult, mult, a15
  parameter shift, a15, 16
  add shift, shift, a8
  addx4 shift, shift, a15
  slli step, step, 2
  parameter zero_point, a15, 10
  parameter low, a15, 11
  parameter high, a15, 12
  movi minus_one, -1
  bnez step, each
  l32i.n a14, shift, 0
  bgez a14, each
  l32i.n mult, mult, 0
  sub a14, minus_one, a14
  ssr a14
  srli a14, count, 2
  loopnez a14, fours
  shared 0
  shared 1
  shared 2
  shared 3
  addi acc, acc, 16
  addi bias, bias, 16
  addi.n y, y, 4
fours:
  extui a14, count, 0, 2
  loopnez a14, end
  shared 0
  addi.n acc, acc, 4
  addi.n bias, bias, 4
  addi.n y, y, 1
end:
  l32i a0, a1, 0
  movi a2, RETURN_OK
  retw.n

each:
  loopnez count, all
  l32i.n a13, acc, 0
  l32i.n a14, bias, 0
  addi.n acc, acc, 4
  addi.n bias, bias, 4
  add.n a13, a13, a14
  l32i.n a15, mult, 0
  l32i.n a0, shift, 0
  add.n mult, mult, step
  add.n shift, shift, step
  bgez a0, left
  sub a0, minus_one, a0
  ssr a0
  high_mul a13, a15, a14
  shift_right a13, a14
stored:
  store 0
  addi.n y, y, 1
all:
  j end
left:
  ssl a0
  sll a13, a13
  high_mul a13, a15, a14
  j stored
