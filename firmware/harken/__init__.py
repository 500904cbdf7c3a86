"""Harken: an offline listener. See ARCHITECTURE.md for what each room does."""

__version__ = "0.1.0"
