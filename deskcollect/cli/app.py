"""The command line as a whole, and the one place where errors become text and an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer._click.exceptions import ClickException

from deskcollect.cli import diagnostics, output
from deskcollect.cli.commands import SETTINGS, Commands
from deskcollect.cli.options import ByOption, DeskOption
from deskcollect.errors import BadUse, DeskError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="deskcollect",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    cls=Commands,
    context_settings=SETTINGS,
)


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    desk: DeskOption = None,
    by: ByOption = "",
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> int:
    """An offline terminal desk for a lender's collections team.

    Without a command it opens the desk; where there is no terminal it prints today's worklist.
    """
    if version:
        from deskcollect import __version__

        output.lines([f"deskcollect {__version__}"])
        raise typer.Exit
    if context.invoked_subcommand is None:
        from deskcollect.cli.start import start

        return start(desk, by)
    given = [
        name for name in ("desk", "by") if context.get_parameter_source(name) is not None and _typed(context, name)
    ]
    if given:
        name = context.invoked_subcommand
        raise BadUse(f"--{given[0]} stands before the command.", f"Write it behind:  deskcollect {name} --{given[0]} …")
    return ExitCode.OK


def _typed(context: typer.Context, name: str) -> bool:
    """Say whether an option was typed, not taken from the environment."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; nothing escapes as a traceback."""
    output.prepare()
    try:
        code = typer.main.get_command(app)(list(arguments), prog_name="deskcollect", standalone_mode=False)
        output.flush()
        if code == ExitCode.INTERRUPTED:
            diagnostics.say("Interrupted.")
        return int(code or 0)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # a fault of ours must not print what it worked on
        return _ended(error)


def _ended(error: BaseException) -> int:
    """Tell why a command ended early, and return its exit code."""
    if output.reader_gone(error):
        output.abandon()
        return ExitCode.OK
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        diagnostics.say("Interrupted.")
        return ExitCode.INTERRUPTED
    told = _in_our_words(error)
    if told is None:
        from deskcollect.cli.fault import report

        diagnostics.say(report())
        return ExitCode.DATA
    diagnostics.fail(told)
    return int(told.exit_code)


def _in_our_words(error: BaseException) -> DeskError | None:
    """Return what a person can do something about, None for a fault of the program."""
    if isinstance(error, DeskError):
        return error
    from deskcollect.cli import usage

    if isinstance(error, ClickException):
        return usage.error(error)
    return usage.refused(error) if isinstance(error, OSError) else None
