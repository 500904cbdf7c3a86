"""The crisis guard's toolchain: reads its data, compiles its tables, measures it."""
