"""The LX6 assembler, the kernels written for it, and their proof under an emulator."""
