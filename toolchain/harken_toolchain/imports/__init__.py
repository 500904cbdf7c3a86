"""Models made elsewhere: bring.py checks and packs a .tflite, convert.py makes one."""
