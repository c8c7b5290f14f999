"""The only writer of stderr: what was done, what is wrong and what to do about it, and the few questions."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from deskcollect.errors import BadUse, DeskError
from deskcollect.present.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.records import Issue, Place

_ISSUES_SHOWN = 20
_LIMIT = 4000


def say(text: str) -> None:
    """Tell one line."""
    sys.stderr.write(clean(text, limit=_LIMIT) + "\n")


def aside(text: str) -> None:
    """Tell one line that need not be read, dim where the terminal can."""
    dim = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    told = clean(text, limit=_LIMIT)
    sys.stderr.write(f"\x1b[2m{told}\x1b[0m\n" if dim else f"{told}\n")


def warn(text: str) -> None:
    """Tell one line that asks for a look."""
    say(f"Note: {text}")


def fail(error: DeskError) -> None:
    """Tell what happened, the findings behind it and the remedy."""
    say(f"deskcollect: {error.message}")
    if error.remedy:
        say(f"  {error.remedy}")
    for text in issue_lines([issue for issue in error.issues if issue.message not in error.message]):
        say(text)


def issue_lines(issues: Sequence[Issue]) -> Iterator[str]:
    """Return findings as lines, each with place and remedy."""
    for issue in issues[:_ISSUES_SHOWN]:
        yield f"  {where(issue.place)}{issue.message} {issue.remedy}".rstrip()
    if len(issues) > _ISSUES_SHOWN:
        yield f"  and {len(issues) - _ISSUES_SHOWN:,} more"


def where(place: Place) -> str:
    """Return file and line before a message, nothing where there is no file."""
    if not place.file:
        return ""
    return f"{place.file}, line {place.line}: " if place.line else f"{place.file}: "


# --- questions ---------------------------------------------------------------------------------------------------------


def interactive() -> bool:
    """Say whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, default: str = "") -> str:
    """Ask on stderr and return the answer, the default for an empty line.

    Errors: BadUse where nobody is there to answer; KeyboardInterrupt where the answer is the end of the input.
    """
    if not interactive():
        raise BadUse(f"There is nobody to answer: {question}", "Give it as an option; --help names them.")
    hint = f" [{default}]" if default else ""
    sys.stderr.write(f"{clean(question)}{clean(hint)} ")
    sys.stderr.flush()
    _let_ctrl_c_end_a_question()
    answer = sys.stdin.readline()
    if not answer:
        raise KeyboardInterrupt
    return answer.strip() or default


def ask_secret(question: str, variable: str = "DESKCOLLECT_PASSPHRASE") -> str:
    """Ask on the terminal without showing the answer. `variable` of the environment can give it instead.

    Errors: BadUse where nobody is there to answer; KeyboardInterrupt where the answer is the end of the input.
    """
    from getpass import getpass

    if not interactive():
        raise BadUse(
            f"There is nobody to answer, so nothing was changed: {question.rstrip(':')}?", f"Set {variable} to it."
        )
    _let_ctrl_c_end_a_question()
    try:
        return getpass(f"{clean(question)} ", stream=sys.stderr)
    except EOFError as error:
        raise KeyboardInterrupt from error


def _let_ctrl_c_end_a_question() -> None:
    """Let ctrl+c end a read at once: Polars leaves the signal so that the read goes on until Enter."""
    if sys.platform != "win32":
        signal.siginterrupt(signal.SIGINT, True)
