"""`harken tune`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(help="Folder of the model, with its model.toml.")],
    trials: Annotated[int, typer.Option(help="Trials to add to the study.", min=1)] = 20,
    board: Annotated[str, typer.Option(help="Board whose budgets bound the search.")] = (
        "esp32_wroom32"
    ),
    flash: Annotated[int, typer.Option(help="Bytes that the model may take.", min=1024)] = 160
    * 1024,
    epochs: Annotated[
        int | None, typer.Option(help="Epochs of a trial; the recipe's by default.", min=1)
    ] = None,
    storage: Annotated[
        str | None, typer.Option(help="Storage URL, so that many machines share the study.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--plot", help="Write the Pareto front as a picture.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the front as JSON.")] = False,
) -> None:
    """Search a model's sizes: validation score against flash, multiply-accumulates and arena.

    A study can be stopped and goes on where it was; it is kept in the cache.

    Examples:

        harken tune models/emotion --trials 10 --plot front.png

        harken tune models/emotion --storage postgresql://host/harken
    """
    import json

    import optuna
    from rich.console import Console
    from rich.table import Table

    from harken_toolchain import boards
    from harken_toolchain.train import recipe as recipes
    from harken_toolchain.train import search
    from harken_toolchain.train.show import Bars

    recipe = recipes.read(folder)
    if epochs:
        training = recipe.training.model_copy(update={"epochs": epochs})
        recipe = recipe.model_copy(update={"training": training})
    arena = boards.load(board).budget.arena_bytes
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = search.study_of(recipe, storage)
    with Bars(Console(stderr=True)) as bars:
        study.optimize(search.Objective(recipe, flash, arena, bars.show), n_trials=trials)
    front = sorted(study.best_trials, key=lambda trial: -trial.values[0])
    if output:
        search.plot(study, output)
    if as_json:
        print(json.dumps([{"values": t.values, "params": t.params} for t in front]))
        return
    table = Table("trial", "validation", "bytes", "MACs", "arena", "sizes")
    for trial in front:
        score, *cost = trial.values
        sizes = ", ".join(f"{name} {value}" for name, value in trial.params.items())
        table.add_row(str(trial.number), f"{score:.4f}", *(f"{c:,.0f}" for c in cost), sizes)
    Console().print(table)
