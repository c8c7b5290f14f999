"""The commands in the order of --help. A command's own module is imported when it is called, for the start-up time."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperGroup

from deskcollect.cli import output

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Entry(NamedTuple):
    """Where a command lives, and its sentence in --help."""

    module: str
    sentence: str


COMMANDS = {
    "demo": Entry("demo", "Open a throw-away desk with invented people, marked DEMO."),
    "init": Entry("init", "Make a desk from a book."),
    "check": Entry("check", "Read a book and say what is wrong with it; nothing is kept."),
    "import": Entry(
        "import_book", "Take in the next book, or a day's file of payments and transactions, and say what changed."
    ),
    "score": Entry("score", "Score a book: CSV on stdout, or a file."),
    "worklist": Entry("worklist", "Print today's list: whom to call first, the next step and why."),
    "show": Entry("show", "Show one account in full."),
    "record": Entry("record", "Record an outcome; print the old and the new score."),
    "undo": Entry("undo", "Take a record back; the score is what it was before."),
    "claim": Entry("claim", "Say that you are about to contact a customer, so that nobody else does."),
    "release": Entry("release", "Give back a customer that you claimed."),
    "alerts": Entry("alerts", "Early warnings, the evidence for them, and what is decided about them."),
    "restrictions": Entry("restrictions", "Restrictions and what releases them."),
    "incentives": Entry("incentives", "Incentives and consequences: who may have them, and who signs."),
    "train": Entry("train", "Make a card of your own from what became of accounts, and judge it."),
    "model": Entry("model", "The cards that score: every bin with its points."),
    "evaluate": Entry("evaluate", "Hold a card against what became of the accounts."),
    "drift": Entry("drift", "Say how a book differs from the first one, and what moved the score."),
    "policy": Entry("policy", "The rules of a desk: text files, checked, explained and tried."),
    "ledger": Entry("ledger", "What people recorded: check it, copy it, bring desks together."),
    "doctor": Entry("doctor", "Say where everything is and whether it works."),
    "help": Entry("help_page", "Read the manual."),
}


class Commands(TyperGroup):
    """The group of all commands."""

    def invoke(self, ctx: Context) -> Any:
        """Run a command. A closed pipe goes on under our own name: the parser would end the program with 1.

        Errors: ReaderGone.
        """
        try:
            return super().invoke(ctx)
        except OSError as error:
            if output.reader_gone(error):
                raise output.ReaderGone from error
            raise

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the names in their order."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Import a command and return it."""
        del ctx
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = import_module(f"deskcollect.cli.{entry.module}")
        own = getattr(module, "app", None)
        if own is None:
            own = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
            own.command(cmd_name, context_settings=SETTINGS)(getattr(module, entry.module))
        command = typer.main.get_command(own)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write names and sentences without importing a single command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.sentence) for name, entry in COMMANDS.items()])
