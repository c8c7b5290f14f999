"""Options that several commands have in common, and how their words are read."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.errors import BadUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from deskcollect.cli.opened import Opened

DeskOption = Annotated[
    Path | None,
    typer.Option(
        "--desk",
        metavar="DIR",
        envvar="DESKCOLLECT_DESK",
        show_envvar=False,
        help="The desk's folder. Else DESKCOLLECT_DESK, the nearest desk.toml upwards, your data folder.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ByOption = Annotated[str, typer.Option("--by", metavar="WHO", help="Who you are, unless desk.toml says it.")]
AsOfOption = Annotated[
    str,
    typer.Option(
        "--as-of", metavar="DATE", help="The book's date, as in 2026-09-30. Else as_of in desk.toml, else its newest."
    ),
]
EncodingOption = Annotated[
    str, typer.Option("--encoding", metavar="NAME", help="Encoding of its text files, as in gb18030. Else UTF-8.")
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit with 1 if any row was set aside.")]
CurrencyOption = Annotated[
    str, typer.Option("--currency", metavar="CODE", help="Currency of a book that has no such column, as in TWD.")
]
DateFormatOption = Annotated[
    str, typer.Option("--date-format", metavar="FORMAT", help="Form of dates that are not ISO, as in %d/%m/%Y.")
]
BookArgument = Annotated[
    Path, typer.Argument(metavar="BOOK", help="A file of accounts, or a folder with accounts and more tables.")
]
AccountArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The lender's account number.")]
AccountsArgument = Annotated[
    list[str],
    typer.Argument(metavar="ACCOUNT...", help="The lender's account numbers; - reads them from stdin, one a line."),
]
NoteOption = Annotated[str, typer.Option("--note", metavar="T", help="The reason in a few words.")]


def read_accounts(words: Sequence[str]) -> list[str]:
    """Read the accounts that are meant; `-` stands for those on stdin.

    Errors: BadUse.
    """
    found = [name for word in words for name in (sys.stdin.read().split() if word == "-" else [word])]
    if not found:
        raise BadUse("No account is named.", "Name one or more, or - for those on stdin.")
    return found


def read_day(text: str, option: str) -> date | None:
    """Read a date in ISO form, None from an empty text.

    Errors: BadUse.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadUse(f"{option} {text} is no date.", "Write it as year-month-day, as in 2026-09-30.") from error


def read_near(text: str, option: str, today: date) -> date | None:
    """Read a date as people write it, None from an empty text.

    Errors: BadUse.
    """
    from deskcollect.present.dates import read_date

    value = read_date(text, today) if text else None
    if text and value is None:
        raise BadUse(f"{option} {text} is no date.", "Write it as in 2026-10-02, 2 oct, fri or +3.")
    return value


def read_money(seen: Opened, account: str, text: str, option: str, words: Sequence[str] = ()) -> Decimal | None:
    """Read an amount in an account's currency, None from an empty text and where the book has no such account.

    Args:
        seen: the desk.
        account: its number.
        text: what was written.
        option: where.
        words: those that may stand for an amount: full, half, min, balance.

    Errors: BadUse.
    """
    from deskcollect.currency import decimals, half
    from deskcollect.present.dates import read_amount

    row = seen.day.find(account) if text else None
    if row is None:
        return None
    due = row["past_due"]
    amounts = {
        "full": due,
        "half": due and half(due, row["currency"]),
        "min": seen.day.minimum(account).amount,
        "balance": row["balance"],
    }
    value = read_amount(text, {word: amounts[word] for word in words}, decimals(row["currency"]))
    if value is None:
        known = f", or: {', '.join(words)}" if words else ""
        raise BadUse(f"{option} {text} is no amount of money.", f"Write it as in 10240 or 10240.50{known}.")
    return value


def read_limit(limit: int | None) -> int | None:
    """Refuse a number of rows that means nothing.

    Errors: BadUse.
    """
    if limit is not None and limit < 1:
        raise BadUse(f"--limit {limit} shows nothing.", "Give a number of 1 or more, or leave it out for all rows.")
    return limit


def read_one(word: str, known: Iterable[str], option: str) -> str:
    """Refuse a word that is none of those known.

    Errors: BadUse.
    """
    allowed = tuple(known)
    if word not in allowed:
        raise BadUse(f"{option} {word} is not known.", f"Known: {', '.join(allowed)}.")
    return word


def read_several(text: str, known: Iterable[str], option: str, *, fold: bool = False) -> tuple[str, ...]:
    """Read words with commas between them, each one of those known.

    Errors: BadUse.
    """
    allowed = tuple(known)
    words = tuple(word.strip().upper() if fold else word.strip() for word in text.split(",") if word.strip())
    wrong = next((word for word in words if word not in allowed), None)
    if wrong is not None:
        raise BadUse(f"{option} {wrong} is not known.", f"Known: {', '.join(allowed)}; several with commas between.")
    return words
