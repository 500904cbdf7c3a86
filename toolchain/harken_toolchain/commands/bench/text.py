"""`harken bench text`."""

from typing import Annotated

import typer


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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure the released text models on their test parts, on the device interpreter.

    Every figure comes with its 95 % bootstrap interval. Test texts that also stand in the
    training part are left out.

    Examples:

        harken bench text

        harken bench text emotion --kernels portable --limit 100 --json
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
