"""A progress that shows nothing, for steps that report how far they are."""


def quiet(step: str, done: int, of: int, note: str = "") -> None:
    """Nothing; a step that is ahead of its own end fails."""
    assert 0 <= done <= of
