"""Which of the lender's headers is which of our columns."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect import frames
from deskcollect import own as names
from deskcollect.errors import BadBook, BadUse
from deskcollect.near import did_you_mean
from deskcollect.portfolio.wording import quoted
from deskcollect.records import Issue
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deskcollect.frames import Columns
    from deskcollect.portfolio.source import Source

ALIASES = Path(__file__).with_name("aliases.toml")
SCHEMAS: dict[str, Columns] = {
    "accounts": tuple(c for c in frames.ACCOUNTS if c.name != "past_due_assumed"),
    "statements": frames.STATEMENTS,
    "payments": frames.PAYMENTS,
    "transactions": frames.TRANSACTIONS,
    "contacts": frames.CONTACTS,
    "outcomes": frames.OUTCOMES,
}
_NEAR = 0.85  # likeness in spelling from which a header is taken for a slip of the pen
# Each entry lists columns of which one must be there.
REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "accounts": (("account_id",), ("balance",), ("due_date", "days_past_due")),
    "statements": (("account_id",), ("statement_date",), ("balance",)),
    "payments": (("account_id",), ("paid_at",), ("amount",)),
    "transactions": (("account_id",), ("at",), ("amount",)),
    "contacts": (("customer_id",), ("kind",), ("value",)),
    "outcomes": (("account_id",), ("bad",)),
}


@dataclass(frozen=True, slots=True)
class Matched:
    """For each of our columns that a table has, the position of its header; and what was noticed."""

    positions: Mapping[str, int]
    issues: tuple[Issue, ...]


def fold(header: str) -> str:
    """Return a header without case, width, spaces, underscores and signs."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(c for c in folded if c.isalnum())


@cache
def aliases(table: str) -> dict[str, str]:
    """Return our column by folded alias."""
    raw = tomllib.loads(ALIASES.read_text("utf-8"))
    names = {column.name for column in SCHEMAS[table]}
    found: dict[str, str] = {}
    for section in (raw["every"], raw[table]):
        for column, words in section.items():
            if column in names:
                found.update({fold(word): column for word in words})
    return found


def check_mapping(columns: Mapping[str, str]) -> None:
    """Refuse a mapping to a column that no table has.

    Errors: BadUse names the nearest column.
    """
    known = sorted({column.name for schema in SCHEMAS.values() for column in schema})
    for header, name in columns.items():
        if name not in known:
            raise BadUse(
                f"[columns] maps {quoted(header)} to {quoted(name)}, which is no column.",
                did_you_mean(name, known) or f"Columns are {', '.join(known)}.",
            )


def match(source: Source, columns: Mapping[str, str], own: Collection[str] = ()) -> Matched:
    """Match headers by the desk's own mapping, then by name, then by alias.

    Of a header that nothing claims it is told that it is not read, unless its name is in `own`.

    Errors: BadBook names a required column that is missing, the headers found and the nearest of them.
    """
    claims = _claims(source, columns)
    positions: dict[str, int] = {}
    issues: list[Issue] = []
    for name, ranked in claims.items():
        best = min(rank for rank, _ in ranked)
        first = [position for rank, position in ranked if rank == best]
        if len(first) == 1:
            positions[name] = first[0]
        elif name == "phone" and "phone_2" not in claims:
            positions |= {"phone": first[0], "phone_2": first[1]}
        if len(ranked) > 1:
            issues.append(_two_headers(source, name, ranked, positions.get(name)))
    claimed = {position for ranked in claims.values() for _, position in ranked}
    unused = [header for i, header in enumerate(source.headers) if header and i not in claimed]
    looked_at = currency(source)  # of other tables than the accounts it is only compared
    _require(source, positions, issues, unused)
    unread = [header for header in unused if looked_at is None or header != source.headers[looked_at]]
    unread = [header for header in unread if not own or names.name(header) not in own]
    return Matched(positions, (*issues, *_unknown(source, unread)))


def currency(source: Source) -> int | None:
    """Return the position of the header that means currency, None where there is none."""
    known = {fold("currency"), *(key for key, name in aliases("accounts").items() if name == "currency")}
    return next((i for i, header in enumerate(source.headers) if fold(header) in known), None)


def claimed(source: Source, columns: Mapping[str, str]) -> dict[str, int] | None:
    """Return the first header that may be each of our columns, by position; None where a required column has none."""
    claims = _claims(source, columns)
    if not all(any(name in claims for name in choices) for choices in REQUIRED[source.table]):
        return None
    return {name: min(ranked)[1] for name, ranked in claims.items()}


def _claims(source: Source, columns: Mapping[str, str]) -> dict[str, list[tuple[int, int]]]:
    """Return for each of our columns the headers that may be it, as (rank, position); rank 0 is surest."""
    names = {column.name for column in SCHEMAS[source.table]}
    mapped = {fold(header): name for header, name in columns.items()}
    folded = {fold(name): name for name in names}
    known = aliases(source.table)
    claims: dict[str, list[tuple[int, int]]] = {}
    for position, header in enumerate(source.headers):
        key = fold(header)
        ways = (columns.get(header), mapped.get(key), header, folded.get(key), known.get(key))
        rank = next((r for r, name in enumerate(ways) if name in names), None)
        if rank is not None:
            claims.setdefault(str(ways[rank]), []).append((rank, position))
    return claims


def _two_headers(source: Source, name: str, ranked: Sequence[tuple[int, int]], chosen: int | None) -> Issue:
    """Report several headers for one column."""
    headers = " and ".join(quoted(source.headers[position]) for _, position in ranked)
    if chosen is None:
        severity, what = Severity.ERROR, "neither is read"
    else:
        severity, what = Severity.WARNING, f"{quoted(source.headers[chosen])} is read"
    message = f"{headers} both mean {name}; {what}."
    remedy = f'Say which one it is under [columns] in desk.toml, as in  "{source.headers[ranked[0][1]]}" = "{name}"'
    return Issue(severity, "two_headers", message, remedy, source.place(1, name))


def _require(source: Source, positions: Mapping[str, int], issues: Sequence[Issue], unused: Sequence[str]) -> None:
    """Stop when a required column is missing."""
    for choices in REQUIRED[source.table]:
        if not any(name in positions for name in choices):
            clash = next((i for i in issues if i.place.column in choices), None)
            if clash:
                raise BadBook(f"{source.file}: {clash.message}", clash.remedy, issues)
            raise _missing(source, choices, unused)


def _missing(source: Source, choices: Sequence[str], unused: Sequence[str]) -> BadBook:
    """Name the missing column, the headers that are no column yet, and the one that it may be."""
    near, column = _guess(source.table, choices, unused)
    wanted = " or ".join(choices)
    named = f"Headers not used: {', '.join(map(quoted, unused))}." if unused else "Every header is another column."
    hint = f" Is it {quoted(near)}?" if near else ""
    message = f"{source.file} has no column {wanted}. {named}{hint}"
    remedy = f'Rename the column, or map it under [columns] in desk.toml:  "{near or "your header"}" = "{column}"'
    found = Issue(Severity.ERROR, "missing_column", message, remedy, source.place(1, column))
    return BadBook(message, remedy, (found,))


def _guess(table: str, choices: Sequence[str], unused: Sequence[str]) -> tuple[str, str]:
    """Return the one header that is much like a missing column, and that column; no header where none or several are."""
    alike = [(header, column) for column in choices for header in unused if _alike(table, column, header)]
    return alike[0] if len(alike) == 1 else ("", choices[0])


def _alike(table: str, column: str, header: str) -> bool:
    """Say whether a header is nearly a name of this column and of no other, or is made of its words alone.

    Of the words one must be this column's own, or they are all the words of one of its names.
    """
    key, nearest = fold(header), {name: _nearness(names, fold(header)) for name, names in _names(table).items()}
    if (
        key
        and nearest[column] >= _NEAR
        and all(nearest[column] > other for name, other in nearest.items() if name != column)
    ):
        return True
    said = _words(header)
    names = [_words(name) for name in _names(table)[column]]
    others = {word for name, own in _names(table).items() if name != column for other in own for word in _words(other)}
    return bool(said) and said <= frozenset().union(*names) and (said in names or bool(said - others))


def _nearness(names: Sequence[str], key: str) -> float:
    """Return how like the nearest of some names is in spelling, 1 for the same."""
    return max(SequenceMatcher(None, key, fold(name)).ratio() for name in names)


def _words(header: str) -> frozenset[str]:
    """Return the words of a header in lower case; a capital inside a word begins another."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", header)).replace("_", " ")
    return frozenset(re.findall(r"\w+", apart.casefold()))


@cache
def _names(table: str) -> dict[str, tuple[str, ...]]:
    """Return the names of each column: ours and its aliases."""
    raw = tomllib.loads(ALIASES.read_text("utf-8"))
    return {
        column.name: (column.name, *raw["every"].get(column.name, ()), *raw[table].get(column.name, ()))
        for column in SCHEMAS[table]
    }


def _unknown(source: Source, headers: Sequence[str]) -> tuple[Issue, ...]:
    """Tell which columns are not read."""
    if not headers:
        return ()
    return (
        Issue(
            Severity.INFO,
            "unknown_column",
            f"Columns that are not read: {', '.join(map(quoted, headers))}.",
            'If one of them is needed, map it under [columns] in desk.toml:  "header" = "column"',
            source.place(1),
        ),
    )
