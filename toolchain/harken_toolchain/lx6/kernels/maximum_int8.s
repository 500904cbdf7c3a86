; maximum_int8(p, x, w, y, s): REDUCE_MAX; p as in portable/reduce.py.

.include "common.inc"

.macro start
  movi a7, -128
.endm
.macro take
  max a7, a7, a10
.endm
.macro result
.endm

.include "reduce.inc"
