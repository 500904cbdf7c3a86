"""The `harken` command, assembled from the modules in `commands/`.

A module in `commands/` is a command, a folder in `commands/` a group of commands.
A command module offers a function `command`; its name is the module's, with dashes.
Adding a command is adding a file.
"""

import importlib
import pkgutil
import sys
from types import ModuleType

import typer
from rich.console import Console
from rich.markup import escape

from harken_toolchain import commands
from harken_toolchain.errors import UserError

#: Exit codes: 1 says that a check failed, 2 that the call or its input was wrong.
CHECK_FAILED, USER_ERROR, INTERRUPTED = 1, 2, 130


def _group(help_text: str | None) -> typer.Typer:
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _fill(app: typer.Typer, package: ModuleType) -> typer.Typer:
    """Adds every module of `package` to `app` as a command and every folder as a group."""
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        if found.name.startswith("_"):
            continue
        name = found.name.rstrip("_").replace("_", "-")
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        if found.ispkg:
            app.add_typer(_fill(_group(module.__doc__), module), name=name)
        else:
            settings = getattr(module, "SETTINGS", {})
            app.command(name, **settings)(module.command)
    return app


def build() -> typer.Typer:
    """The whole command as a typer application."""
    return _fill(_group("Harken: an offline listener on a 4-dollar board."), commands)


def main() -> None:
    """Runs the command; a `UserError` becomes one clear message and exit code 2."""
    try:
        build()()
    except UserError as error:
        show = Console(stderr=True, soft_wrap=True)
        show.print(f"[bold red]error:[/] {escape(str(error))}")
        if error.hint:
            show.print(escape(error.hint))
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
