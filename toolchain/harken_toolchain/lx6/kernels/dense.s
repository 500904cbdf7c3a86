; dense(p, x, w, y, s): int8 weights by int16 activations; p as in portable/dense.py.
;
; A batch's row of x is unpacked once to int16 in s. Four weights are read as one word; with W = b3 b2 b1 b0
; the halves of W & 0xFF00FF00 are 256 * b3 and 256 * b1, those of (W << 8) & 0xFF00FF00 256 * b2 and
; 256 * b0, so that no byte needs to be extended. The 40-bit accumulator holds 256 times the sum: exact
; for 2**39 / (256 * 128 * 256) = 65536 products and more.
; s: 2 * depth + 16 bytes.

.include "common.inc"

.equ STEP, 0                ; locals on the stack
.equ ZERO, 4
.equ LOW, 8
.equ HIGH, 12
.equ GROUPS, 16             ; words of four weights behind the blocks of sixteen
.equ ROWS, 20
.equ BATCHES, 24
.equ X, 28
.equ Y, 32
.equ W, 36
.equ S, 40
.equ P, 44
.equ MASK, 48

.reg p, a2
.reg ax, a3                 ; int16 activations
.reg aw, a4                 ; weights
.reg bias, a5
.reg mult, a6
.reg shift, a7
.reg y, a8
.reg blocks, a9             ; blocks of sixteen weights in a row
.reg mask, a10
.reg rows, a11

; Multiplies the four weights in a15 with m0 and m1 and loads the next four activations.
.macro four
  and a14, a15, mask
  slli a13, a15, 8
  and a13, a13, mask
  mula.da.ll m0, a13
  mula.da.hl.ldinc m0, ax, m0, a14
  mula.da.lh m1, a13
  mula.da.hh.ldinc m1, ax, m1, a14
.endm

  entry a1, 96
  movi a2, RETURN_WRONG
  beqi a3, 5, begin
  j leave
begin:
  argument p, 0
  s32i p, a1, P
  argument a6, 1
  parameter a7, p, 3
  add a6, a6, a7
  s32i a6, a1, X
  argument a6, 2
  parameter a7, p, 4
  add a6, a6, a7
  s32i a6, a1, W
  argument a6, 3
  parameter a7, p, 5
  add a6, a6, a7
  parameter a7, p, 0
  add a6, a6, a7
  s32i a6, a1, Y
  argument a6, 4
  s32i a6, a1, S
  parameter a6, p, 10
  s32i a6, a1, ZERO
  parameter a6, p, 11
  s32i a6, a1, LOW
  parameter a6, p, 12
  s32i a6, a1, HIGH
  parameter a6, p, 13
  slli a6, a6, 2
  s32i a6, a1, STEP
  movi a6, 255
  slli a7, a6, 24
  slli a6, a6, 8
  or mask, a7, a6
  s32i mask, a1, MASK
  parameter a6, p, 6
  s32i a6, a1, BATCHES

batch:
  l32i p, a1, P
  l32i a3, a1, X
  l32i a4, a1, S
  parameter a5, p, 2
  parameter a6, p, 8
  unpack a3, a4, a5, a6, a7, a8, a9, a10
  s32i a3, a1, X            ; the next batch's row
  movi a5, 0
  s16i a5, a4, 0
  s16i a5, a4, 2
  s16i a5, a4, 4
  l32i mask, a1, MASK
  parameter a12, p, 0       ; first output
  parameter bias, p, 14
  add bias, bias, a12
  addx4 bias, bias, p
  parameter a13, p, 13
  mull a12, a12, a13
  parameter mult, p, 15
  add mult, mult, a12
  addx4 mult, mult, p
  parameter shift, p, 16
  add shift, shift, a12
  addx4 shift, shift, p
  l32i y, a1, Y
  parameter a12, p, 7
  add a12, y, a12
  s32i a12, a1, Y
  parameter rows, p, 1
  parameter a12, p, 2
  l32i aw, a1, W
  or a13, aw, a12
  extui a13, a13, 0, 2
  addi a12, a12, 3
  srli blocks, a12, 4
  extui a12, a12, 2, 2
  s32i a12, a1, GROUPS
  l32i a12, a1, S
  addi a12, a12, -4
  s32i a12, a1, ROWS        ; where a row of activations starts, for LDINC
  bnez a13, odd_row

row:
  l32i ax, a1, ROWS
  movi a15, 0
  wsr.acclo a15
  wsr.acchi a15
  ldinc m0, ax
  ldinc m1, ax
  l32i a12, a1, GROUPS
  loopnez blocks, sixteen
  l32i.n a15, aw, 0
  four
  l32i.n a15, aw, 4
  four
  l32i.n a15, aw, 8
  four
  l32i.n a15, aw, 12
  four
  addi aw, aw, 16
sixteen:
  loopnez a12, groups
  l32i.n a15, aw, 0
  addi.n aw, aw, 4
  four
groups:
  movi.n a15, 1

; The sum goes out; a15 says whether rows are aligned.
finish:
  rsr.acclo a12
  rsr.acchi a13
  ssai 8
  src a12, a13, a12
  l32i.n a13, bias, 0
  addi.n bias, bias, 4
  add.n a12, a12, a13
  l32i.n a13, mult, 0
  l32i.n a14, shift, 0
  l32i.n ax, a1, STEP
  add.n mult, mult, ax
  add.n shift, shift, ax
  requantize a12, a13, a14, ax
  l32i.n a13, a1, ZERO
  add.n a12, a12, a13
  l32i.n a13, a1, LOW
  max a12, a12, a13
  l32i.n a13, a1, HIGH
  min a12, a12, a13
  s8i a12, y, 0
  addi.n y, y, 1
  addi.n rows, rows, -1
  beqz rows, end_of_batch
  bnez a15, row

; Rows that do not start at a word: words are put together from two.
odd_row:
  l32i ax, a1, ROWS
  movi a15, 0
  wsr.acclo a15
  wsr.acchi a15
  ldinc m0, ax
  ldinc m1, ax
  unaligned a12, aw
  l32i.n a15, a12, 0
  slli a14, blocks, 2
  l32i.n a13, a1, GROUPS
  add.n a14, a14, a13
  loopnez a14, odd_groups
  l32i.n a14, a12, 4
  addi.n a12, a12, 4
  src a15, a14, a15
  and a13, a15, mask
  slli a15, a15, 8
  and a15, a15, mask
  mula.da.ll m0, a15
  mula.da.hl.ldinc m0, ax, m0, a13
  mula.da.lh m1, a15
  mula.da.hh.ldinc m1, ax, m1, a13
  mov.n a15, a14
odd_groups:
  l32i a12, a1, P
  parameter a12, a12, 2
  add.n aw, aw, a12
  movi.n a15, 0
  j finish

end_of_batch:
  l32i a12, a1, BATCHES
  addi.n a12, a12, -1
  s32i a12, a1, BATCHES
  bnez a12, batch
  movi a2, RETURN_OK
leave:
  retw.n
