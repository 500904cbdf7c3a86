; update(p, x, w, y, s): the state of an LSTM from its gates' sums; p as in portable/lstm.py.

.include "common.inc"

.equ COUNT, 0               ; locals on the stack
.equ HALF, 4
.equ RETURN, 8

.reg p, a2
.reg cells, a3
.reg hidden, a4
.reg gates, a5
.reg stride, a6             ; bytes of a gate's sums
.reg table, a7
.reg v, a8

; The size of \v as a point of the table: \y = 2**\bits * the curve, linear between two entries.
; The curve ends at (2**\top - 1) << \end.
.macro curve y, v, bits, top, end, t, u
  abs \t, \v
  srli \u, \t, \bits
  movi \y, 255
  bltu \u, \y, inside\@
  movi \y, -1
  extui \y, \y, 0, \top
  slli \y, \y, \end
  j found\@
inside\@:
  addx2 \u, \u, table
  l16ui \y, \u, 0
  l16ui \u, \u, 2
  sub \u, \u, \y
  slli \y, \y, \bits
  extui \t, \t, 0, \bits
  mull \t, \t, \u
  add.n \y, \y, \t
found\@:
.endm

; \to = logistic(\v * 2**-12) in 65536 steps. Loses \v, \t and \u.
.macro sigmoid to, v, t, u
  addx2 \v, \v, \v
  curve \to, \v, 9, 15, 10, \t, \u
  bgez \v, positive\@
  movi.n \t, 1
  slli \t, \t, 25
  sub \to, \t, \to
  addi.n \to, \to, -1
positive\@:
  addmi \to, \to, 512
  srai \to, \to, 10
.endm

; \to = tanh(\v), 2**-12 / 3 a step. Loses \t and \u.
.macro tanh to, v, t, u
  curve \to, \v, 8, 16, 8, \t, \u
  movi.n \t, 1
  slli \t, \t, 23
  sub \to, \to, \t
  bgez \v, positive\@
  neg \to, \to
  addi.n \to, \to, -1
positive\@:
  addi \to, \to, 127
  addi.n \to, \to, 1
  srai \to, \to, 8
.endm

; \v requantised with p[\n] and p[\n + 1]. Loses \t, \u and a0.
.macro scale v, n, t, u
  parameter \t, p, \n
  parameter a0, p, \n + 1
  requantize \v, \t, a0, \u
.endm

  entry a1, 64
  s32i a0, a1, RETURN
  beqi a3, 5, begin
  movi a2, RETURN_WRONG
  retw.n
begin:
  argument p, 0
  argument cells, 1
  parameter a6, p, 1
  add cells, cells, a6
  argument table, 2
  argument hidden, 3
  parameter a6, p, 2
  add hidden, hidden, a6
  argument a5, 4
  parameter a6, p, 3
  add gates, a5, a6
  parameter a8, p, 0
  s32i a8, a1, COUNT
  slli stride, a8, 1
  parameter a8, p, 13
  ssl a8
  movi a9, 1
  sll a9, a9
  srli a9, a9, 1
  s32i a9, a1, HALF
unit:
  ; what is kept of the cell
  l16si v, gates, 0
  sigmoid a9, v, a10, a11
  l16si a10, cells, 0
  mull a9, a9, a10
  scale a9, 4, a10, a11
  clamps a9, a9, 15
  ; what enters it
  add a12, gates, stride
  l16si v, a12, 0
  sigmoid a13, v, a10, a11
  add a12, a12, stride
  l16si v, a12, 0
  addx2 v, v, v
  tanh a14, v, a10, a11
  mull a13, a13, a14
  scale a13, 6, a10, a11
  clamps a13, a13, 15
  add.n a9, a9, a13
  clamps a9, a9, 15
  parameter a10, p, 11
  beqz a10, unlimited
  min a9, a9, a10
  neg a10, a10
  max a9, a9, a10
unlimited:
  s16i a9, cells, 0
  addi cells, cells, 2
  ; what is shown of it
  parameter a10, p, 12
  mull a9, a9, a10
  l32i a10, a1, HALF
  add.n a9, a9, a10
  parameter a10, p, 13
  ssr a10
  sra v, a9
  tanh a9, v, a10, a11
  add a12, a12, stride
  l16si v, a12, 0
  sigmoid a13, v, a10, a11
  mull a9, a9, a13
  scale a9, 8, a10, a11
  parameter a10, p, 10
  add.n a9, a9, a10
  clamps a9, a9, 7
  s8i a9, hidden, 0
  addi.n hidden, hidden, 1
  addi gates, gates, 2
  l32i a9, a1, COUNT
  addi.n a9, a9, -1
  s32i a9, a1, COUNT
  beqz a9, end
  j unit
end:
  l32i a0, a1, RETURN
  movi a2, RETURN_OK
  retw.n
