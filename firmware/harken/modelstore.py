"""Where the models lie: in the raw `models` partition, or in the folder `models`."""


def source(name):
    """A source for `harken.tflite.Interpreter` with the model `name`.

    Raises OSError when there is none of that name.
    """
    path = "models/%s.tflite" % name
    open(path, "rb").close()
    return path
