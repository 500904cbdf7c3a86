"""The `harken` command: data, training, verification, images and the simulated board."""
