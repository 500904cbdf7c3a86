"""What one encoder for several text models costs."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from harken_toolchain.train.shared import Outcome

_DEFAULT = ["goemotions", "intent", "crisis"]


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Two models or more; goemotions, intent and crisis by default."),
    ] = None,
    base: Annotated[
        str, typer.Option(help="The model whose features, sizes and settings all networks take.")
    ] = "goemotions",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare one encoder with several heads to an encoder for each text model.

    Every network is trained anew, in float and on true labels, and measured on the validation
    part: the figures tell whether sharing pays, not what the released models reach.

    Examples:

        harken bench shared

        harken bench shared intent clinc150 --base intent --json
    """
    import json
    from dataclasses import asdict

    from rich.console import Console

    from harken_toolchain import paths
    from harken_toolchain.errors import UserError
    from harken_toolchain.train import recipe, shared
    from harken_toolchain.train.show import Bars

    chosen = names or _DEFAULT
    if len(chosen) < 2:
        raise UserError(f"one model: {chosen[0]}", "Name two or more, as in: goemotions intent.")
    folder = paths.repository() / "models"
    tasks = [recipe.read(folder / name) for name in chosen]
    with Bars(Console(stderr=True)) as bars:
        found = shared.compare(recipe.read(folder / base), tasks, bars.show)
    if as_json:
        print(json.dumps([asdict(one) for one in found]))
        return
    Console().print(_table(found))


def _table(found: "list[Outcome]") -> "Table":
    from rich.table import Table

    table = Table(
        *("model", "measure (validation)", "own encoder", "shared encoder", "difference"),
        title="One encoder for all, against one for each",
    )
    for one in found:
        scores = (f"{one.apart:.4f}", f"{one.together:.4f}", f"{one.together - one.apart:+.4f}")
        table.add_row(one.task, one.measure, *scores)
    apart = sum(one.weights_apart for one in found)
    table.add_row("weights", "", f"{apart:,}", f"{found[0].weights_together:,}", "")
    return table
