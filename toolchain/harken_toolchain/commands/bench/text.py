"""`harken bench text`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harken_toolchain.train.recipe import Recipe


def command(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models to measure; all text models by default.")
    ] = None,
    kernels: Annotated[
        str, typer.Option(help="Kernel set of the device interpreter: portable or viper.")
    ] = "viper",
    limit: Annotated[
        int | None, typer.Option(help="Only the first N texts of each test part.", min=10)
    ] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Train and measure the TF-IDF baselines too.")
    ] = False,
    robust: Annotated[
        bool,
        typer.Option("--robust", help="Also: typing mistakes, capitals, dialect, identity terms."),
    ] = False,
    cost: Annotated[
        bool,
        typer.Option("--cost", help="Only: time of the text features on the board, and sizes."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure the released text models on their test parts, on the device interpreter.

    Every figure comes with its 95 % bootstrap interval. Test texts that also stand in the
    training part are left out.

    Examples:

        harken bench text

        harken bench text emotion --kernels portable --limit 100 --json

        harken bench text --cost
    """
    import json

    from rich.console import Console

    from harken_toolchain.errors import UserError
    from harken_toolchain.train import bench
    from harken_toolchain.train.runners import TEXT_RUNNERS
    from harken_toolchain.train.show import Bars, bench_table, robust_table

    if kernels not in TEXT_RUNNERS:
        raise UserError(f"--kernels {kernels}: wanted {' or '.join(TEXT_RUNNERS)}")
    chosen = bench.chosen(names or [])
    if cost:
        _costs(chosen, as_json)
        return
    with Bars(Console(stderr=True)) as bars:
        results = [bench.measure(one, kernels, limit, bars.show) for one in chosen]
        compared = [bench.compare(result, bars.show) for result in results if baselines]
        more = {
            result.recipe.name: bench.robustness(result, kernels, bars.show)
            for result in results
            if robust
        }
    if as_json:
        print(json.dumps(bench.summary(results, compared, more, kernels)))
        return
    Console().print(bench_table(results, compared))
    if robust:
        Console().print(robust_table(more))


def _costs(chosen: "list[Recipe]", as_json: bool) -> None:
    from rich.console import Console

    from harken_toolchain import boards
    from harken_toolchain.train import text_cost
    from harken_toolchain.train.show import Bars

    board = boards.default()
    with Bars(Console(stderr=True)) as bars:
        found = text_cost.measure(chosen, board, bars.show)
    if as_json:
        print(found.model_dump_json())
        return
    Console().print(text_cost.features_table(found, board))
    Console().print(text_cost.sizes_table(found))
