"""Where the models lie: packed in the `models` partition, or as files in a folder `models`."""


def source(name):
    """A source for `harken.tflite.Interpreter` with the model `name`.

    Raises OSError when there is none of that name.
    """
    from harken import partition

    try:
        return partition.models().open(name)
    except (OSError, KeyError):
        path = "models/%s.tflite" % name
        open(path, "rb").close()
        return path
