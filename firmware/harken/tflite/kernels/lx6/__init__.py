"""Kernels in ESP32 (LX6) machine code; importable only on that chip."""

raise ImportError("no LX6 kernels in this build")
