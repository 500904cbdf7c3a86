"""An interpreter for int8 .tflite models on stock MicroPython, bit-exact with tflite-micro."""

from .errors import ModelError
from .interpreter import Interpreter
