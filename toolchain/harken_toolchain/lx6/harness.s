; What runs under qemu-xtensa: serves requests from standard input.
; A request is four words: what, address, size, arguments.
;   0        ends the process
;   1 write  `size` bytes follow and go to `address`
;   2 read   `size` bytes from `address` are sent back
;   3 call   the viper function at `address` with `size` arguments; its result is sent back
;
; None of Debian's cores has MULSH, which the ESP32 has. It raises an illegal instruction there;
; the signal handler below carries it out in 16-bit halves and goes on behind it.

.equ READ, 12
.equ WRITE, 13
.equ EXIT, 118
.equ SIGACTION, 226
.equ SIGILL, 4
.equ HEADER, 0x4000         ; request, from the load address
.equ RESULT, 0x4010
.equ ACTION, 0x4020         ; struct sigaction, filled by the loader
.equ CONTEXT, 20            ; machine context in struct ucontext
.equ CONTEXT_A, 52          ; its a0
.reg base, a7

; Moves \size bytes (register, consumed) at \address (register, advanced) through \call.
.macro transfer call, file, address, size
  beqz \size, done\@
more\@:
  movi a2, \call
  movi a6, \file
  mov.n a3, \address
  mov.n a4, \size
  syscall
  blti a2, 1, leave
  add \address, \address, a2
  sub \size, \size, a2
  bnez \size, more\@
done\@:
.endm

start:
  addi a1, a1, -128         ; the frame that a caller would have: where its registers are spilled
  addi a2, a1, 112
  addi a3, a1, -16
  s32i a2, a3, 4
  movi base, 1
  slli base, base, 28
  addmi a3, base, HEADER
  addi a3, a3, ACTION - HEADER
  movi a2, SIGACTION
  movi a6, SIGILL
  movi a4, 0
  movi a5, 8
  syscall
serve:
  addmi a9, base, HEADER
  movi a8, 16
  transfer READ, 0, a9, a8
  addmi a9, base, HEADER
  l32i a12, a9, 0
  l32i a13, a9, 4
  l32i a14, a9, 8
  l32i a15, a9, 12
  beqi a12, 1, store
  beqi a12, 2, fetch
  beqi a12, 3, run
leave:
  movi a2, EXIT
  movi a6, 0
  syscall
store:
  transfer READ, 0, a13, a14
  j serve
fetch:
  transfer WRITE, 1, a13, a14
  j serve
run:
  mov.n a5, a13
  movi a10, 0               ; the function object, which kernels do not look at
  mov.n a11, a14
  movi a12, 0
  mov.n a13, a15
  callx8 a5
  addmi a9, base, HEADER
  s32i a10, a9, RESULT - HEADER
  addi a9, a9, RESULT - HEADER
  movi a8, 4
  transfer WRITE, 1, a9, a8
  j serve

.align 4
handler:
  entry a1, 64
  l32i a6, a4, CONTEXT      ; the address of the illegal instruction
  l8ui a7, a6, 0
  l8ui a8, a6, 1
  l8ui a9, a6, 2
  movi a10, 0xB2
  bne a9, a10, strange
  extui a10, a7, 0, 4
  bnez a10, strange
  addi a5, a4, CONTEXT_A
  extui a10, a8, 0, 4
  addx4 a10, a10, a5
  l32i a10, a10, 0          ; one factor
  extui a11, a7, 4, 4
  addx4 a11, a11, a5
  l32i a11, a11, 0          ; the other
  extui a12, a10, 0, 16
  extui a13, a11, 0, 16
  srai a10, a10, 16
  srai a11, a11, 16
  mull a14, a12, a13
  extui a14, a14, 16, 16
  mull a13, a10, a13        ; high by low
  add a13, a13, a14
  mull a12, a12, a11        ; low by high
  extui a14, a13, 0, 16
  add a12, a12, a14
  mull a10, a10, a11
  srai a13, a13, 16
  add a10, a10, a13
  srai a12, a12, 16
  add a10, a10, a12
  extui a11, a8, 4, 4
  addx4 a11, a11, a5
  s32i a10, a11, 0
  addi a6, a6, 3
  s32i a6, a4, CONTEXT
  retw.n
strange:
  movi a2, EXIT
  movi a6, 3
  syscall
