"""Names of MicroPython's native code, so that the same functions are plain Python on CPython."""

try:
    import micropython
except ImportError:  # CPython

    class micropython:
        """`@micropython.viper` leaves the function as it is."""

        @staticmethod
        def viper(function):
            return function


ptr8 = ptr32 = int
