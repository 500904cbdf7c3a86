"""Datasets: get them, check them."""
