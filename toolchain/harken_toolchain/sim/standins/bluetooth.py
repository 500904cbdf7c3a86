"""Stands in for the `bluetooth` module: a radio that is never switched on."""


class BLE:
    """A BLE radio without an air interface: `active(True)` raises OSError."""

    def active(self, on=None):
        """Whether the radio is on."""
        if on:
            raise OSError(19, "the simulated board has no radio")
        return False
