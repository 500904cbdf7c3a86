"""`harken update`: a new application and new models over the serial line."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from harken_toolchain import boards
from harken_toolchain.errors import UserError
from harken_toolchain.paths import repository

if TYPE_CHECKING:
    from harken_toolchain.image.release import Release
    from harken_toolchain.update.session import Outcome


def _run(device: str, release: "Release", force: bool, console: Console) -> "Outcome":
    from harken_toolchain.update import update
    from harken_toolchain.update.transport import connected

    agent = repository() / "firmware/harken/update/agent.py"
    with connected(device) as board, Progress(console=console, transient=True) as progress:
        bar = progress.add_task("looking at the board", total=None)
        outcome = update(
            board,
            release,
            agent,
            lambda done, total, what: progress.update(
                bar, completed=done, total=total, description=what
            ),
            force=force,
        )
        board.reset()
    return outcome


def command(
    port: Annotated[str, typer.Option(help="Serial port, or 'auto'.")] = "auto",
    board: Annotated[str, typer.Option(help="Name of a file in boards/.")] = "esp32_wroom32",
    model: Annotated[
        list[str] | None, typer.Option(help="A model's name or .tflite; repeatable.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Languages of crisis lexicon and answers; repeatable.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also when nothing changed.")] = False,
) -> None:
    """Replaces application and models on a board that runs Harken; the vault is not touched.

    Writes the copy that is not running. Interrupted at any point, the board starts its old
    version. The new one starts on trial: when it fails three times, the board returns to the
    old one by itself.

    Examples:

        harken update

        harken update --port /dev/ttyUSB0 --model goemotions
    """
    from harken_toolchain.commands.flash import greet
    from harken_toolchain.flash import ports
    from harken_toolchain.image import choose, fit, release
    from harken_toolchain.image.build import refuse

    console = Console()
    chosen = boards.with_languages(boards.load(board), language)
    models = choose.models(repository(), chosen, model or None)
    refuse(chosen, fit.checks(chosen, models))
    made = release.make(chosen, models, repository())
    device = ports.choose(port, ports.listed())
    outcome = _run(device, made, force, console)
    if not outcome.changed:
        console.print(f"{device} has version {outcome.version} with these files already")
        return
    console.print(
        f"{device}: version {outcome.version} in slot {outcome.slot},"
        f" {outcome.sent} sectors sent, {outcome.cloned} copied on the board; it starts on trial"
    )
    try:
        greet(device, console)
    except UserError as silence:
        raise UserError(
            str(silence),
            "If the new version fails three starts, the board takes the old one again.",
        ) from silence
