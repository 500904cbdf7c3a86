"""Proof that the device interpreter equals tflite-micro: build, run, compare, measure."""
