; dense(p, x, w, y, s): a dense layer; p as in portable/dense.py, s: 2 * p[2] + 16 bytes.

.include "common.inc"

; The rows of x.
.macro batches to, p
  parameter \to, \p, 6
.endm

; The bytes of y in all from the rows of x in \to; \end is behind the last output of the tile.
.macro outputs to, end, p
  parameter \end, \p, 7
  mull \to, \to, \end
.endm

; What the stack holds besides.
.macro settings p, t
  parameter \t, \p, 6
  s32i \t, a1, BATCHES
  parameter \t, \p, 10
  s32i \t, a1, ZERO
  parameter \t, \p, 11
  s32i \t, a1, LOW
  parameter \t, \p, 12
  s32i \t, a1, HIGH
  parameter \t, \p, 13
  slli \t, \t, 2
  s32i \t, a1, STEP
.endm

; \to is where output \n of the outputs at \from lies.
.macro place to, from, n
  add \to, \from, \n
.endm

; Stores the requantised \v at y.
.macro store v, t, u
  l32i.n \t, a1, ZERO
  add.n \v, \v, \t
  l32i.n \t, a1, LOW
  max \v, \v, \t
  l32i.n \t, a1, HIGH
  min \v, \v, \t
  s8i \v, y, 0
  addi.n y, y, 1
.endm

.include "dense.inc"
