"""The commands and their order in --help, and the one place where errors become text and an exit code."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Annotated

import typer
from typer._click.exceptions import ClickException

from deskcollect.cli import (
    alerts,
    check,
    demo,
    diagnostics,
    doctor,
    fault,
    help_page,
    import_book,
    init,
    output,
    record,
    score,
    show,
    start,
    undo,
    usage,
    worklist,
)
from deskcollect.cli.options import ByOption, DeskOption
from deskcollect.errors import BadUse, DeskError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="deskcollect",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
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
        return start.start(desk, by)
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


app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("check")(check.check)
app.command("import")(import_book.import_book)
app.command("score")(score.score)
app.command("worklist")(worklist.worklist)
app.command("show")(show.show)
app.command("record")(record.record)
app.command("undo")(undo.undo)
app.add_typer(alerts.app, name="alerts")
app.command("doctor")(doctor.doctor)
app.command("help")(help_page.help_page)


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
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        output.abandon()
        return ExitCode.OK
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        diagnostics.say("Interrupted.")
        return ExitCode.INTERRUPTED
    told = _in_our_words(error)
    if told is None:
        diagnostics.say(fault.report())
        return ExitCode.DATA
    diagnostics.fail(told)
    return int(told.exit_code)


def _in_our_words(error: BaseException) -> DeskError | None:
    """Return what a person can do something about, None for a fault of the program."""
    if isinstance(error, DeskError):
        return error
    if isinstance(error, ClickException):
        return usage.error(error)
    return usage.refused(error) if isinstance(error, OSError) else None
