"""`harken image`: one flashable file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from harken_toolchain import boards
from harken_toolchain.paths import repository

if TYPE_CHECKING:
    from harken_toolchain.boards import Board
    from harken_toolchain.image import Image
    from harken_toolchain.image.stock import Stock
    from harken_toolchain.image.usage import Check

SYNTHETIC = "synthetic"


def stock_firmware(board: "Board", micropython: str | None) -> "Stock":
    """The firmware to build on: a file, `synthetic`, or the one in the cache; checked."""
    from harken_toolchain.image import stock, synthetic
    from harken_toolchain.image.download import cached

    if micropython == SYNTHETIC:
        return stock.parse(synthetic.firmware(board), board, "the synthetic firmware")
    return stock.read(Path(micropython) if micropython else cached(board), board)


def _print(image: "Image", checks: list["Check"], out: Path) -> None:
    table = Table(title=f"{image.board.title}, Harken {image.release.version}")
    table.add_column("part")
    for name in ("files", "bytes", "flash"):
        table.add_column(name, justify="right")
    for row in image.rows:
        table.add_row(row.part, str(row.files or ""), f"{row.content:,}", f"{row.flash:,}")
    console = Console()
    console.print(table)
    for check in checks:
        mark = "[green]kept[/]" if check.kept else "[red]broken[/]"
        console.print(f"{check.what}: {check.found:,} of {check.allowed:,} bytes, {mark}")
    console.print(
        f"{out}: {len(image.data):,} bytes, starts at {image.board.flash.image_offset:#x}"
    )


def _json(image: "Image", checks: list["Check"], out: Path) -> str:
    from hashlib import sha256

    return json.dumps(
        {
            "board": image.board.name,
            "version": image.release.version,
            "micropython": image.micropython,
            "path": str(out),
            "sha256": sha256(image.data).hexdigest(),
            "bytes": len(image.data),
            "offset": image.board.flash.image_offset,
            "rows": [vars(row) for row in image.rows],
            "checks": [vars(check) | {"kept": check.kept} for check in checks],
            "models": sorted(image.release.content),
        }
    )


def command(
    board: Annotated[str, typer.Option(help="Name of a file in boards/.")] = "esp32_wroom32",
    micropython: Annotated[
        str | None,
        typer.Option(help="A stock firmware file, or 'synthetic': headers without code."),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The image.")] = Path("image.bin"),
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model's name or .tflite, instead of the default ones; repeatable."),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(help="Languages of crisis lexicon and answers; default: the board's choice."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Builds one flashable file: stock MicroPython, application, models.

    The stock firmware comes from --micropython, or from the cache that
    'harken firmware get' fills. Prints what takes how much flash and refuses an image that
    breaks a budget of the board. The same inputs give the same bytes.

    Examples:

        harken image --board esp32_wroom32 -o image.bin

        harken image --micropython ESP32_GENERIC-20250911-v1.26.1.bin --model emotion -o image.bin

        harken image --micropython synthetic -o image.bin && harken sim --image image.bin
    """
    from harken_toolchain.image import build, choose, fit
    from harken_toolchain.image.build import refuse

    chosen_board = boards.with_languages(boards.load(board), language)
    root = repository()
    models = choose.models(root, chosen_board, model or None)
    image = build(chosen_board, stock_firmware(chosen_board, micropython), models, root)
    checks = image.checks + fit.checks(chosen_board, models)
    if as_json:
        print(_json(image, checks, output))
    else:
        _print(image, checks, output)
    refuse(chosen_board, checks)
    output.write_bytes(image.data)
