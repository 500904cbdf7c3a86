; conv(p, x, w, y, s, g, t): filters by patches; p as in portable/conv.py, 6 and 18 to 30 from g.
;
; Filters lie one behind the other when t is 0; else their values are t bytes apart and the first
; values of the filters side by side.
; As many patches as fit are gathered into s as int16 rows. Each filter is unpacked once to int16 and
; meets all of them: four products in four instructions, each of which also loads two values.
; s: a row of filter (2 * R + 8 bytes), then patches of 2 * R bytes, 8 bytes; R = p[2] rounded up to 4.
; The length of s is taken from the object.

.include "common.inc"

; Locals on the stack
.equ P, 0
.equ X, 4                   ; current image
.equ W, 8                   ; current filter
.equ Y, 12                  ; first output of the block
.equ YROW, 16               ; output of the current filter
.equ S, 20
.equ ROWBYTES, 24           ; of a patch
.equ FOURS, 28              ; products in a patch / 4
.equ MOST, 32               ; patches that fit
.equ LEFT, 36               ; positions left
.equ BLOCK, 40              ; positions in this block
.equ IY, 44                 ; top left of the window
.equ IX, 48
.equ COLUMNS, 52            ; positions left in this row of y
.equ LINES, 56              ; rows of y left in this image
.equ PATCH, 60
.equ TODO, 64               ; patches left to gather
.equ WIDTH, 68              ; of a run: whole window, or one pixel when dilated
.equ RUNS, 72               ; runs in a row of the window
.equ ADD, 76
.equ G, 80
.equ BIAS, 84
.equ MULT, 88
.equ SHIFT, 92
.equ FILTERS, 96            ; left in the tile
.equ RETURN, 100
.equ TILE, 104              ; the tile's first filter
.equ APART, 108             ; bytes between the values of a filter, or 0
.equ FRAME, 144

; The products of one filter with the block's patches.
.reg mult, a2
.reg zero_point, a3
.reg low, a4
.reg high, a5
.reg bias, a6
.reg y, a7
.reg step, a8
.reg ap, a9                 ; patches; m0 holds the word at ap already
.reg row, a10               ; the filter, less the word that LDINC adds
.reg aw, a11
.reg fours, a12
.reg left, a13

.macro meet before, after
next\@:
  mov.n aw, row
  ldinc m2, aw
  wsr.acclo bias
  loop fours, products\@
  mula.dd.ll.ldinc m1, ap, m0, m2
  mula.dd.hh.ldinc m3, aw, m0, m2
  mula.dd.ll.ldinc m0, ap, m1, m3
  mula.dd.hh.ldinc m2, aw, m1, m3
products\@:
  rsr.acclo a14
  \before a14, a15
  high_mul a14, mult, a15
  \after a14, a15
  add.n a14, a14, zero_point
  max a14, a14, low
  min a14, a14, high
  s8i a14, y, 0
  addi.n left, left, -1
  add.n y, y, step
  bnez left, next\@
.endm

  entry a1, FRAME
  movi a2, RETURN_WRONG
  beqi a3, 7, begin
refuse:
  movi a2, RETURN_WRONG
  retw.n
begin:
  s32i a0, a1, RETURN
  argument a2, 0
  s32i a2, a1, P
  argument a15, 5
  s32i a15, a1, G
  ; what changes between calls is checked here, the rest by the caller once
  parameter a6, a2, 0
  parameter a7, a2, 1
  bltz a6, refuse
  blti a7, 1, refuse
  add a8, a6, a7
  parameter a9, a2, 7
  blt a9, a8, refuse
  l32i a10, a5, 24
  bgei a10, 2, starts       ; filters side by side are the caller's business
  parameter a10, a2, 2
  mull a7, a7, a10
  parameter a10, a2, 4
  inside 2, a10, a7, a12, refuse
starts:
  argument a6, 1
  parameter a7, a2, 3
  add a6, a6, a7
  s32i a6, a1, X
  argument a6, 2
  parameter a7, a2, 4
  add a6, a6, a7
  s32i a6, a1, TILE
  argument a6, 3
  parameter a7, a2, 5
  add a6, a6, a7
  parameter a7, a2, 0
  add a6, a6, a7
  s32i a6, a1, Y
  parameter a6, a2, 8
  s32i a6, a1, ADD
  l32i a6, a5, 24
  srai a6, a6, 1
  s32i a6, a1, APART
  parameter a6, a2, 2
  addi a6, a6, 3
  srli a6, a6, 2
  s32i a6, a1, FOURS
  slli a6, a6, 3
  s32i a6, a1, ROWBYTES
  l32i a7, a5, 16
  l32i a8, a7, ITEMS
  s32i a8, a1, S
  l32i a7, a7, 8            ; its length
  sub a7, a7, a6
  addi a7, a7, -16
  quou a7, a7, a6
  s32i a7, a1, MOST
  parameter a6, a15, 6
  parameter a7, a15, 21
  s32i a7, a1, LINES
  mull a6, a6, a7
  parameter a7, a15, 22
  s32i a7, a1, COLUMNS
  mull a6, a6, a7
  s32i a6, a1, LEFT
  parameter a6, a15, 29
  neg a6, a6
  s32i a6, a1, IY
  parameter a6, a15, 30
  neg a6, a6
  s32i a6, a1, IX
  ; a window row is one run, or one for each pixel when it is dilated
  parameter a6, a15, 24
  movi a7, 1
  parameter a8, a15, 28
  beqi a8, 1, runs
  mov.n a8, a6
  mov.n a6, a7
  mov.n a7, a8
runs:
  s32i a6, a1, WIDTH
  s32i a7, a1, RUNS

block:
  l32i a6, a1, LEFT
  l32i a7, a1, MOST
  min a7, a7, a6
  s32i a7, a1, BLOCK
  s32i a7, a1, TODO
  sub a6, a6, a7
  s32i a6, a1, LEFT
  l32i a3, a1, S
  l32i a6, a1, ROWBYTES
  add a3, a3, a6
  addi a3, a3, 8
  s32i a3, a1, PATCH

; Gathers one patch to a3.
.reg to, a3
.reg from, a4
.reg iy, a12
.reg ix, a13
.reg lines, a11
.reg runs_left, a14
.reg zero, a15
position:
  l32i a2, a1, G
  l32i iy, a1, IY
  parameter lines, a2, 23
window_row:
  l32i ix, a1, IX
  l32i runs_left, a1, RUNS
run:
  movi zero, 0
  l32i a4, a1, WIDTH
  neg a5, ix
  max a5, a5, zero          ; pixels of the run before the image
  parameter a6, a2, 19
  sub a7, a6, ix
  min a7, a7, a4            ; end of its pixels inside
  parameter a8, a2, 18
  bltu iy, a8, line_inside
  mov.n a7, zero
line_inside:
  sub a8, a7, a5
  bgei a8, 1, some_inside
  mov.n a5, a4
  mov.n a7, a4
  mov.n a8, zero
some_inside:
  parameter a9, a2, 20
  sub a0, a4, a7
  mull a0, a0, a9           ; values behind
  mull a10, a5, a9          ; values before
  mull a8, a8, a9           ; values inside
  mull a6, a6, iy
  add a6, a6, ix
  add a6, a6, a5
  mull a6, a6, a9
  l32i a4, a1, X
  add from, a4, a6
  mov.n a5, a8
  loopnez a10, before
  s16i zero, to, 0
  addi.n to, to, 2
before:
  beqz a5, none
  l32i a6, a1, ADD
  unpack from, to, a5, a6, a7, a8, a9, a10
none:
  loopnez a0, behind
  s16i zero, to, 0
  addi.n to, to, 2
behind:
  parameter a6, a2, 28
  add ix, ix, a6
  addi runs_left, runs_left, -1
  bnez runs_left, run
  parameter a6, a2, 27
  add iy, iy, a6
  addi lines, lines, -1
  bnez lines, window_row
  s16i zero, to, 0
  s16i zero, to, 2
  s16i zero, to, 4
  l32i to, a1, PATCH
  l32i a6, a1, ROWBYTES
  add to, to, a6
  s32i to, a1, PATCH
  ; on to the next position
  l32i a6, a1, IX
  parameter a7, a2, 26
  add a6, a6, a7
  l32i a7, a1, COLUMNS
  addi a7, a7, -1
  bnez a7, same_line
  l32i a6, a1, IY
  parameter a8, a2, 25
  add a6, a6, a8
  l32i a7, a1, LINES
  addi a7, a7, -1
  bnez a7, same_image
  l32i a7, a1, X
  parameter a8, a2, 18
  parameter a9, a2, 19
  mull a8, a8, a9
  parameter a9, a2, 20
  mull a8, a8, a9
  add a7, a7, a8
  s32i a7, a1, X
  parameter a6, a2, 29
  neg a6, a6
  parameter a7, a2, 21
same_image:
  s32i a7, a1, LINES
  s32i a6, a1, IY
  parameter a7, a2, 22
  parameter a6, a2, 30
  neg a6, a6
same_line:
  s32i a7, a1, COLUMNS
  s32i a6, a1, IX
  l32i a6, a1, TODO
  addi a6, a6, -1
  s32i a6, a1, TODO
  bnez a6, position

; The tile's filters meet the block.
  l32i a2, a1, P
  parameter a6, a2, 0
  parameter a7, a2, 14
  add a7, a7, a6
  addx4 a7, a7, a2
  s32i a7, a1, BIAS
  parameter a8, a2, 13
  mull a6, a6, a8
  parameter a7, a2, 15
  add a7, a7, a6
  addx4 a7, a7, a2
  s32i a7, a1, MULT
  parameter a7, a2, 16
  add a7, a7, a6
  addx4 a7, a7, a2
  s32i a7, a1, SHIFT
  parameter a6, a2, 1
  s32i a6, a1, FILTERS
  l32i a6, a1, Y
  s32i a6, a1, YROW
  l32i a6, a1, TILE
  s32i a6, a1, W

filter:
  l32i a2, a1, P
  l32i a4, a1, W
  l32i a3, a1, S
  parameter a5, a2, 2
  parameter a6, a2, 9
  movi zero, 0
  l32i a7, a1, APART
  bnez a7, values_apart
  unpack from, to, a5, a6, a7, a8, a9, a10
  j unpacked
values_apart:
  addi a8, from, 1
  loop a5, gathered
  l8ui a9, from, 0
  add.n from, from, a7
  sext a9, a9, 7
  add.n a9, a9, a6
  s16i a9, to, 0
  addi.n to, to, 2
gathered:
  mov.n from, a8            ; the next filter
unpacked:
  s16i zero, to, 0
  s16i zero, to, 2
  s16i zero, to, 4
  s32i from, a1, W
  l32i a7, a1, BIAS
  l32i bias, a7, 0
  addi a7, a7, 4
  s32i a7, a1, BIAS
  parameter a11, a2, 13
  l32i a7, a1, MULT
  l32i a9, a7, 0
  addx4 a7, a11, a7
  s32i a7, a1, MULT
  l32i a7, a1, SHIFT
  l32i a14, a7, 0
  addx4 a7, a11, a7
  s32i a7, a1, SHIFT
  l32i y, a1, YROW
  addi a11, y, 1
  s32i a11, a1, YROW
  parameter step, a2, 7
  parameter zero_point, a2, 10
  parameter low, a2, 11
  parameter high, a2, 12
  mov.n mult, a9
  l32i ap, a1, S
  addi row, ap, -4
  l32i a11, a1, ROWBYTES
  add ap, ap, a11
  addi ap, ap, 4            ; the first patch, less a word too
  ldinc m0, ap
  l32i fours, a1, FOURS
  l32i left, a1, BLOCK
  bltz a14, reduce
  ssl a14
  meet shift_left, as_it_is
  j filter_done
reduce:
  movi a15, -1
  sub a14, a15, a14
  ssr a14
  meet as_it_is, shift_right
filter_done:
  l32i a6, a1, FILTERS
  addi a6, a6, -1
  s32i a6, a1, FILTERS
  beqz a6, block_done
  j filter
block_done:
  l32i a2, a1, P
  parameter a6, a2, 7
  l32i a7, a1, BLOCK
  mull a6, a6, a7
  l32i a7, a1, Y
  add a7, a7, a6
  s32i a7, a1, Y
  l32i a6, a1, LEFT
  beqz a6, end
  j block
end:
  l32i a0, a1, RETURN
  movi a2, RETURN_OK
  retw.n
