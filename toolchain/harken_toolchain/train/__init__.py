"""Training: from a recipe and a dataset to a packed int8 .tflite, its figures and its card."""
