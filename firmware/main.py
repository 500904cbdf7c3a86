"""Starts the application."""
