; maximum(p, x, w, y, s): the largest value of each window; p as in portable/pool.py.

.include "common.inc"

.macro start
  movi a9, -128
.endm
.macro take
  max a9, a9, a10
.endm
.macro result
.endm

.include "pool.inc"
