"""`harken flash`: from a cable to a talking board."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from harken_toolchain import boards
from harken_toolchain.errors import UserError
from harken_toolchain.paths import repository

if TYPE_CHECKING:
    from harken_toolchain.flash.plan import Plan
    from harken_toolchain.image import Image

#: The board mounts, loads its models and greets within this time.
_START_SECONDS = 30


def _show(plan: "Plan", console: Console) -> None:
    for part, address, size in plan.erases:
        console.print(f"erase {part}: {size:,} bytes at {address:#x}")
    for write in plan.writes:
        console.print(f"write {write.part}: {len(write.data):,} bytes at {write.address:#x}")
    if plan.kept:
        console.print(f"keep {', '.join(plan.kept)}")


def _confirm(plan: "Plan", yes: bool) -> None:
    if not plan.lost or yes:
        return
    lost = ", ".join(plan.lost)
    if not typer.confirm(f"This erases {lost}. Go on?", default=False):
        raise UserError(f"nothing was written, {lost} kept", "Say --yes to erase without asking.")


def greet(port: str, console: Console) -> None:
    """Waits for the application and prints the board's own report.

    Raises:
        UserError: it does not answer.
    """
    import serial

    from harken_toolchain.flash import talk

    with serial.Serial(port, 115200, timeout=1) as line, console.status("waiting for the board"):
        try:
            hello = talk.ask(line, "hello", _START_SECONDS)
            status = talk.ask(line, "status", 5)
        except talk.NoAnswer as silence:
            raise UserError(
                f"the board was written but its application does not answer; it said: {silence}",
                f"Look at it yourself: mpremote connect {port} repl",
            ) from silence
    _report(hello, status, console)


def _report(hello: dict[str, Any], status: dict[str, Any], console: Console) -> None:
    console.print(hello.get("text", ""))
    parts = hello.get("parts", {})
    broken = [name for name, loaded in parts.items() if not loaded]
    console.print(
        f"Harken {hello.get('version', '?')}; heap {status.get('heap_used', '?')} used,"
        f" {status.get('heap_free', '?')} free; "
        + (f"did not load: {', '.join(broken)}" if broken else "all parts loaded")
    )


def _dry_run(image: "Image", console: Console) -> None:
    """Without a board: the pieces that a first installation writes."""
    from harken_toolchain.flash import plan

    console.print(f"first installation of {image.board.name}; an update keeps own files and vault")
    _show(plan.Plan(plan._writes(image, {})), console)


def command(
    board: Annotated[str, typer.Option(help="Name of a file in boards/.")] = "esp32_wroom32",
    port: Annotated[str, typer.Option(help="Serial port, or 'auto'.")] = "auto",
    micropython: Annotated[
        str | None, typer.Option(help="A stock firmware file; default: the downloaded one.")
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="A model's name or .tflite; repeatable.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Languages of crisis lexicon and answers; repeatable.")
    ] = None,
    baud: Annotated[int, typer.Option(help="Speed of writing.")] = 460800,
    erase: Annotated[bool, typer.Option("--erase", help="Erase vault and own files too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before erasing a vault.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, write nothing.")
    ] = False,
) -> None:
    """Writes Harken to a board and waits until it answers.

    Finds the port, checks chip and flash size, keeps the vault and your own files on a board
    that already runs Harken (unless --erase), writes, verifies, resets, and prints the board's
    own report.

    Examples:

        harken flash

        harken flash --board esp32_s3 --port /dev/ttyACM0

        harken flash --dry-run
    """
    from harken_toolchain.commands.image import stock_firmware
    from harken_toolchain.flash import plan as planner
    from harken_toolchain.flash import ports, silicon
    from harken_toolchain.image import build, choose, fit
    from harken_toolchain.image.build import refuse

    console = Console()
    chosen = boards.with_languages(boards.load(board), language)
    root = repository()
    models = choose.models(root, chosen, model or None)
    image = build(chosen, stock_firmware(chosen, micropython), models, root)
    refuse(chosen, image.checks + fit.checks(chosen, models))
    found = ports.listed()
    if dry_run and port == ports.AUTO and not any(p.vid in ports.VENDORS for p in found):
        _dry_run(image, console)
        return
    device = ports.choose(port, found)
    with silicon.connected(device, baud) as chip:
        plan = planner.make(image, chip, erase=erase)
        _show(plan, console)
        if dry_run:
            return
        _confirm(plan, yes)
        with Progress(console=console, transient=True) as progress:
            bars = {w.part: progress.add_task(w.part, total=len(w.data)) for w in plan.writes}
            planner.run(
                plan,
                chip,
                lambda w, done, total: progress.update(bars[w.part], completed=done, total=total),
            )
        chip.reset()
    console.print(f"{device}: written and verified")
    greet(device, console)
