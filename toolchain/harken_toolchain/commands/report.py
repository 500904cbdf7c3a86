"""`harken report`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models to report on; all text models by default.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = Path(
        "text-report.html"
    ),
    kernels: Annotated[str, typer.Option(help="Kernel set: portable or viper.")] = "viper",
    limit: Annotated[
        int | None, typer.Option(help="Only the first N texts of each test part.", min=10)
    ] = None,
    baselines: Annotated[bool, typer.Option(help="Train and measure the baselines too.")] = True,
) -> None:
    """Write an HTML report of the text models: figures, confusion matrices, reliability plots.

    Examples:

        harken report

        harken report emotion -o emotion.html --no-baselines
    """
    from rich.console import Console

    from harken_toolchain.errors import UserError
    from harken_toolchain.train import bench, html
    from harken_toolchain.train.runners import TEXT_RUNNERS
    from harken_toolchain.train.show import Bars

    if kernels not in TEXT_RUNNERS:
        raise UserError(f"--kernels {kernels}: wanted {' or '.join(TEXT_RUNNERS)}")
    with Bars(Console(stderr=True)) as bars:
        results = [
            bench.measure(one, kernels, limit, bars.show) for one in bench.chosen(names or [])
        ]
        compared = [bench.compare(result, bars.show) for result in results if baselines]
    html.write(output, results, compared)
    print(output)
