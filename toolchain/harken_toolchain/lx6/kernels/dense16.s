; dense16(p, x, w, y, s): half a gate of an LSTM; p as in portable/lstm.py, s: 2 * p[2] + 16 bytes.
; One row of x, 16-bit results that are stored or, with p[18], added to y.

.include "common.inc"

.macro batches to, p
  movi.n \to, 1
.endm

.macro outputs to, end, p
  slli \to, \end, 1
.endm

.macro settings p, t
  movi \t, 1
  s32i \t, a1, BATCHES
  parameter \t, \p, 13
  slli \t, \t, 2
  s32i \t, a1, STEP
  parameter \t, \p, 18
  s32i \t, a1, ZERO          ; whether results are added
.endm

.macro place to, from, n
  addx2 \to, \n, \from
.endm

.macro store v, t, u
  clamps \v, \v, 15
  l32i.n \t, a1, ZERO
  beqz \t, store\@
  l16si \u, y, 0
  add.n \v, \v, \u
  clamps \v, \v, 15
store\@:
  s16i \v, y, 0
  addi.n y, y, 2
.endm

.include "dense.inc"
