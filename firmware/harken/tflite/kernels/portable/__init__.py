"""Plain Python kernels: the definition of what every other set computes."""
