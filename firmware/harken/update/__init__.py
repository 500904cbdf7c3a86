"""Two copies of the application, one of which runs; see slots.py.

The application calls `confirm()` once it has shown that it works: guard loaded, models open,
prompt shown. Where the files were not installed in slots, it does nothing.
"""


def confirm():
    """Ends the trial of a freshly installed copy."""
    try:
        import slots
    except ImportError:
        return
    slots.confirm()
