"""One module a command, one folder a group; see `harken_toolchain.cli`."""
