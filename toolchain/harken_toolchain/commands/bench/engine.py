"""`harken bench engine`."""

import json
from typing import Annotated

import typer


def command(
    kernels: Annotated[str, typer.Option(help="portable, viper or lx6.")] = "portable",
    cases: Annotated[int, typer.Option(min=1, help="Random cases of each operator.")] = 20,
    mutants: Annotated[int, typer.Option(min=0, help="Damaged models to try.")] = 20_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the device interpreter against tflite-micro.

    Whole models (our arena against tflite-micro's smallest one), random cases of every operator,
    and damaged models, which must end in a ModelError or in the right answer. Exit code 1 if
    anything differs or a damaged model ends otherwise.

    Examples:

    `harken bench engine`

    `harken bench engine --kernels viper --mutants 0 --json`
    """
    from harken_toolchain.engine import bench, device, report
    from harken_toolchain.engine import mutants as damage
    from harken_toolchain.engine.cases import makers
    from harken_toolchain.errors import UserError

    if kernels not in device.KERNELS:
        raise UserError(f"--kernels {kernels}: wanted one of {', '.join(device.KERNELS)}")
    target = device.Target(device.default_runtime(kernels), kernels)
    with report.progress(not as_json) as bar:
        task = bar.add_task("models", total=len(bench.model_files()))
        found = []
        for one in bench.models(target):
            found.append(one)
            bar.advance(task)
        task = bar.add_task("operators", total=cases * len(makers()))
        single = bench.ops(target, cases, lambda n: bar.advance(task, n))
        task = bar.add_task("damaged models", total=mutants)
        counts = damage.run(mutants, progress=lambda: bar.advance(task))
    if as_json:
        print(json.dumps(bench.as_dict(found, single, counts.as_dict())))
    else:
        report.bench_table(kernels, found, single, counts)
    wrong = sum(one.mismatches for one in found) + single.mismatches + counts.other
    if wrong:
        raise typer.Exit(1)
