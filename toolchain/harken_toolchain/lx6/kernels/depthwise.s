; depthwise(p, x, w, y, s): one filter a channel; p as in portable/depthwise.py.
;
; For a row of outputs the lines that the window sees are gathered by columns, as int16: a window is
; then one run of memory, and the next one begins one column later. Four channels are gathered together
; where x allows reading them as one word. Values keep x's zero point; the bias takes it out.
; 3x3 windows have a loop of their own, with the filter in registers.
; s: filters of the group (WBYTES each), then their columns (CBYTES each).

.include "common.inc"

; Locals on the stack
.equ P, 0
.equ X, 4                   ; current image
.equ W, 8                   ; filter's bytes
.equ Y, 12                  ; current image of y
.equ S, 16
.equ RETURN, 20
.equ BATCHES, 24
.equ GROUP, 28              ; channels gathered together, 4 or 1
.equ CHANNEL, 32            ; of y, first of the group
.equ COLUMN, 36             ; bytes of a column
.equ WBYTES, 40
.equ CBYTES, 44
.equ COLUMNS, 48            ; columns that a row of outputs sees
.equ FOURS, 52
.equ IY, 56                 ; first line of the window
.equ LINES, 68               ; rows of y left
.equ YROW, 64
.equ HIGH, 60
.equ MEMBER, 72             ; of the group
.equ FILTER, 76             ; its filter
.equ FIELD, 80              ; its columns
.equ YSTART, 84
.equ NINE, 88               ; 1: 3x3 windows
.equ WSTEP, 92              ; bytes from a window to the next
.equ BIASES, 96             ; four
.equ BIAS_AT, 112
.equ FRAME, 160

; The end of an output in both loops: \v from the accumulator to y.
.macro finish before, after
  rsr.acclo a2
  \before a2, a0
  high_mul a2, mult, a0
  \after a2, a0
  add.n a2, a2, zero_point
  max a2, a2, low
  l32i.n a0, a1, HIGH
  min a2, a2, a0
  s8i a2, y, 0
  add.n y, y, step
.endm

.reg bias, a8
.reg mult, a10
.reg zero_point, a11
.reg low, a12
.reg y, a13
.reg step, a14

.macro windows3x3 before, after
  loop a0, end\@
  wsr.acclo bias
  mula.da.ll m0, a3
  mula.da.hh.ldinc m0, a9, m0, a3
  mula.da.ll.ldinc m1, a9, m1, a6
  mula.da.ll m0, a4
  mula.da.hh.ldinc m0, a9, m0, a4
  mula.da.lh.ldinc m1, a9, m1, a6
  add.n a9, a9, a15
  mula.da.ll m0, a5
  mula.da.hh.ldinc m0, a9, m0, a5
  mula.da.ll.ldinc m1, a9, m1, a7
  finish \before, \after
end\@:
.endm

.macro windows before, after
next\@:
  mov.n a3, a4
  ldinc m0, a3
  mov.n a7, a6
  ldinc m2, a7
  wsr.acclo bias
  loop a9, products\@
  mula.dd.ll.ldinc m1, a3, m0, m2
  mula.dd.hh.ldinc m3, a7, m0, m2
  mula.dd.ll.ldinc m0, a3, m1, m3
  mula.dd.hh.ldinc m2, a7, m1, m3
products\@:
  finish \before, \after
  add.n a4, a4, a5
  addi.n a15, a15, -1
  bnez a15, next\@
.endm

  entry a1, FRAME
  movi a2, RETURN_WRONG
  beqi a3, 5, begin
  retw.n
begin:
  s32i a0, a1, RETURN
  argument a2, 0
  s32i a2, a1, P
  argument a6, 1
  parameter a7, a2, 3
  add a6, a6, a7
  s32i a6, a1, X
  argument a7, 2
  parameter a8, a2, 4
  add a7, a7, a8
  s32i a7, a1, W
  argument a7, 3
  parameter a8, a2, 5
  add a7, a7, a8
  s32i a7, a1, Y
  argument a7, 4
  s32i a7, a1, S
  parameter a7, a2, 6
  s32i a7, a1, BATCHES
  parameter a7, a2, 12
  s32i a7, a1, HIGH
  ; four channels at once when x allows it
  parameter a7, a2, 20
  or a6, a6, a7
  extui a6, a6, 0, 2
  parameter a7, a2, 31
  addi a7, a7, -1
  or a6, a6, a7
  movi a7, 1
  movi a8, 4
  moveqz a7, a8, a6
  s32i a7, a1, GROUP
  ; columns
  parameter a3, a2, 23
  addi a4, a3, 1
  srli a4, a4, 1
  slli a4, a4, 2
  s32i a4, a1, COLUMN
  parameter a5, a2, 24
  parameter a6, a2, 28
  addi a7, a5, -1
  mull a7, a7, a6
  addi a7, a7, 1            ; columns of a window
  mull a8, a7, a4
  addi a8, a8, 7
  srli a8, a8, 3
  s32i a8, a1, FOURS
  slli a8, a8, 3
  addi a8, a8, 8
  s32i a8, a1, WBYTES
  parameter a8, a2, 22
  addi a8, a8, -1
  parameter a9, a2, 26
  mull a8, a8, a9
  add a8, a8, a7
  s32i a8, a1, COLUMNS
  mull a8, a8, a4
  addi a8, a8, 16
  s32i a8, a1, CBYTES
  mull a9, a9, a4
  s32i a9, a1, WSTEP
  ; 3x3, columns side by side?
  addi a3, a3, -3
  addi a5, a5, -3
  addi a6, a6, -1
  or a3, a3, a5
  or a3, a3, a6
  movi a4, 0
  movi a5, 1
  moveqz a4, a5, a3
  s32i a4, a1, NINE

batch:
  movi a3, 0
  s32i a3, a1, CHANNEL

; Unpacks the filters of a group, columns first, and takes the zero point out of their biases.
group:
  l32i a2, a1, P
  movi a3, 0
  l32i a4, a1, S
  addi a5, a1, BIASES
member_filter:
  ; blank
  l32i a6, a1, WBYTES
  srli a6, a6, 2
  mov.n a7, a4
  movi a8, 0
  loop a6, blank
  s32i.n a8, a7, 0
  addi.n a7, a7, 4
blank:
  l32i a7, a1, CHANNEL
  add a7, a7, a3            ; channel
  parameter a9, a2, 14
  add a9, a9, a7
  addx4 a9, a9, a2
  l32i a9, a9, 0            ; its bias
  l32i a10, a1, W
  add a10, a10, a7          ; its first tap
  parameter a11, a2, 7      ; taps are that far apart
  parameter a12, a2, 23     ; lines
  mov.n a13, a4             ; where the line goes
tap_line:
  parameter a14, a2, 24
  mov.n a15, a13
tap:
  l8ui a0, a10, 0
  add a10, a10, a11
  sext a0, a0, 7
  s16i a0, a15, 0
  add a8, a8, a0            ; the sum of the filter
  l32i a0, a1, COLUMN
  parameter a6, a2, 28
  mull a0, a0, a6
  add a15, a15, a0
  addi a14, a14, -1
  bnez a14, tap
  addi a13, a13, 2
  addi a12, a12, -1
  bnez a12, tap_line
  parameter a6, a2, 8
  mull a8, a8, a6
  add a9, a9, a8
  s32i a9, a5, 0
  addi a5, a5, 4
  l32i a6, a1, WBYTES
  add a4, a4, a6
  addi a3, a3, 1
  l32i a6, a1, GROUP
  blt a3, a6, member_filter

  parameter a6, a2, 29
  neg a6, a6
  s32i a6, a1, IY
  parameter a6, a2, 21
  s32i a6, a1, LINES
  l32i a6, a1, Y
  l32i a7, a1, CHANNEL
  add a6, a6, a7
  s32i a6, a1, YROW

; Gathers the lines of a row of outputs.
line:
  l32i a2, a1, P
  movi a12, 0               ; line of the window
  l32i a13, a1, IY
gather:
  ; a3 to a6: where the line goes in the columns of the four channels
  l32i a7, a1, WBYTES
  l32i a8, a1, GROUP
  mull a7, a7, a8
  l32i a3, a1, S
  add a3, a3, a7
  addx2 a3, a12, a3
  addi a8, a8, -1
  movi a9, 0
  l32i a7, a1, CBYTES
  moveqz a7, a9, a8
  add a4, a3, a7
  add a5, a4, a7
  add a6, a5, a7
  l32i a9, a1, COLUMN
  parameter a14, a2, 8
  neg a14, a14              ; what lies outside
  l32i a15, a1, COLUMNS
  parameter a8, a2, 18
  bltu a13, a8, line_inside
  mov.n a0, a15
  movi a15, 0
  j fill_first
line_inside:
  parameter a0, a2, 30      ; columns before the image
  min a0, a0, a15
  sub a15, a15, a0
  parameter a7, a2, 19
  mull a7, a7, a13          ; line in x
  parameter a8, a2, 20
  mull a7, a7, a8
  l32i a10, a1, X
  add a7, a7, a10
  ; the channel in x
  l32i a10, a1, CHANNEL
  parameter a11, a2, 31
  quou a10, a10, a11
  add a7, a7, a10
fill_first:
  loopnez a0, filled_first
  s16i a14, a3, 0
  s16i a14, a4, 0
  s16i a14, a5, 0
  s16i a14, a6, 0
  add.n a3, a3, a9
  add.n a4, a4, a9
  add.n a5, a5, a9
  add.n a6, a6, a9
filled_first:
  beqz a15, gathered
  parameter a0, a2, 19
  min a0, a0, a15           ; columns inside
  sub a15, a15, a0
  l32i a10, a1, GROUP
  beqi a10, 1, one_channel
  loopnez a0, inside
  l32i.n a10, a7, 0
  add.n a7, a7, a8
  sext a11, a10, 7
  s16i a11, a3, 0
  add.n a3, a3, a9
  srai a11, a10, 8
  sext a11, a11, 7
  s16i a11, a4, 0
  add.n a4, a4, a9
  srai a11, a10, 16
  sext a11, a11, 7
  s16i a11, a5, 0
  add.n a5, a5, a9
  srai a11, a10, 24
  s16i a11, a6, 0
  add.n a6, a6, a9
inside:
  j fill_last
one_channel:
  loopnez a0, inside_one
  l8ui a10, a7, 0
  add.n a7, a7, a8
  sext a10, a10, 7
  s16i a10, a3, 0
  add.n a3, a3, a9
inside_one:
  mov.n a4, a3
  mov.n a5, a3
  mov.n a6, a3
fill_last:
  loopnez a15, gathered
  s16i a14, a3, 0
  s16i a14, a4, 0
  s16i a14, a5, 0
  s16i a14, a6, 0
  add.n a3, a3, a9
  add.n a4, a4, a9
  add.n a5, a5, a9
  add.n a6, a6, a9
gathered:
  parameter a7, a2, 27
  add a13, a13, a7
  addi a12, a12, 1
  parameter a7, a2, 23
  beq a12, a7, lines_gathered
  j gather
lines_gathered:

; A row of outputs for each member of the group.
  movi a3, 0
  s32i a3, a1, MEMBER
  l32i a3, a1, S
  s32i a3, a1, FILTER
  l32i a4, a1, WBYTES
  l32i a5, a1, GROUP
  mull a4, a4, a5
  add a3, a3, a4
  s32i a3, a1, FIELD
  addi a3, a1, BIASES
  s32i a3, a1, BIAS_AT
  l32i a3, a1, YROW
  s32i a3, a1, YSTART
member:
  l32i a2, a1, P
  l32i a3, a1, CHANNEL
  l32i a4, a1, MEMBER
  add a3, a3, a4
  addi a4, a4, 1
  s32i a4, a1, MEMBER
  parameter a4, a2, 13
  mull a3, a3, a4
  parameter a4, a2, 15
  add a4, a4, a3
  addx4 a4, a4, a2
  l32i mult, a4, 0
  parameter a4, a2, 16
  add a4, a4, a3
  addx4 a4, a4, a2
  l32i a4, a4, 0            ; shift
  l32i a3, a1, BIAS_AT
  l32i bias, a3, 0
  addi a3, a3, 4
  s32i a3, a1, BIAS_AT
  parameter zero_point, a2, 10
  parameter low, a2, 11
  l32i y, a1, YSTART
  addi a3, y, 1
  s32i a3, a1, YSTART
  parameter step, a2, 7
  parameter a15, a2, 22     ; outputs in the row
  l32i a9, a1, FIELD
  l32i a3, a1, CBYTES
  add a3, a9, a3
  s32i a3, a1, FIELD
  addi a9, a9, -4
  l32i a3, a1, FILTER
  l32i a5, a1, WBYTES
  add a5, a3, a5
  s32i a5, a1, FILTER
  ; SAR: as requantize leaves it, by the shift's sign
  ssl a4
  movi a6, -1
  bgez a4, has_shift
  sub a5, a6, a4
  ssr a5
has_shift:
  l32i a5, a1, NINE
  bnez a5, three_by_three
  mov.n a6, a4
  mov.n a4, a9
  mov.n a2, a6
  addi a6, a3, -4
  l32i a5, a1, WSTEP
  l32i a9, a1, FOURS
  bgez a2, lefts
  windows as_it_is, shift_right
  j member_done
lefts:
  windows shift_left, as_it_is
  j member_done

three_by_three:
  mov.n a0, a15
  mov.n a2, a4
  l32i a15, a1, WSTEP
  addi a15, a15, -24
  ldinc m0, a9
  ldinc m1, a9
  l32i.n a4, a3, 8
  l32i.n a5, a3, 16
  l32i.n a6, a3, 12
  slli a6, a6, 16
  l16ui a7, a3, 4
  or a6, a6, a7
  l32i.n a7, a3, 20
  l32i.n a3, a3, 0
  bgez a2, lefts3x3
  windows3x3 as_it_is, shift_right
  j member_done
lefts3x3:
  windows3x3 shift_left, as_it_is

member_done:
  l32i a3, a1, MEMBER
  l32i a4, a1, GROUP
  beq a3, a4, members_done
  j member
members_done:
  ; the next row of outputs
  l32i a2, a1, P
  l32i a3, a1, IY
  parameter a4, a2, 25
  add a3, a3, a4
  s32i a3, a1, IY
  parameter a3, a2, 22
  parameter a4, a2, 7
  mull a3, a3, a4
  l32i a4, a1, YROW
  add a4, a4, a3
  s32i a4, a1, YROW
  l32i a3, a1, LINES
  addi a3, a3, -1
  s32i a3, a1, LINES
  beqz a3, lines_done
  j line
lines_done:
  l32i a3, a1, CHANNEL
  l32i a4, a1, GROUP
  add a3, a3, a4
  s32i a3, a1, CHANNEL
  parameter a4, a2, 7
  beq a3, a4, channels_done
  j group
channels_done:
  ; the next image
  parameter a3, a2, 18
  parameter a5, a2, 19
  mull a3, a3, a5
  parameter a5, a2, 20
  mull a3, a3, a5
  l32i a5, a1, X
  add a5, a5, a3
  s32i a5, a1, X
  parameter a3, a2, 21
  parameter a5, a2, 22
  mull a3, a3, a5
  mull a3, a3, a4
  l32i a5, a1, Y
  add a5, a5, a3
  s32i a5, a1, Y
  l32i a3, a1, BATCHES
  addi a3, a3, -1
  s32i a3, a1, BATCHES
  beqz a3, end
  j batch
end:
  l32i a0, a1, RETURN
  movi a2, RETURN_OK
  retw.n
