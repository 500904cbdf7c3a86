"""One module a family of operators; each offers `prepare` and, where it needs them, `plan`."""
