"""The lender's own columns of the accounts, those that somebody asks for: found by their headers, read as numbers.

What a command needs and cannot have is refused. What a desk would keep and a book does not have is told, and nothing is
known of it: the rest of the book goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import polars as pl

from deskcollect import own
from deskcollect.errors import BadBook, BadUse
from deskcollect.near import did_you_mean
from deskcollect.portfolio import values
from deskcollect.portfolio.source import LINE
from deskcollect.portfolio.wording import quoted, rows_in_words
from deskcollect.records import Issue
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.portfolio.source import Source
    from deskcollect.portfolio.values import Parsed

CODE = "own_column"
_KINDS = "Give each kind a column of 0 and 1 and name those."
_SINCE = "Give the days or months since then as a number."
_FLAT = "Export it as single numbers."
_UNKNOWN = "It is not known of any account."
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """Headers of a lender's own columns: those that are `kept` if they are there, and those that are `needed`."""

    kept: Sequence[str] = ()
    needed: Sequence[str] = ()

    @property
    def names(self) -> dict[str, str]:
        """Return all of them by the names of their columns, as those write them that are needed."""
        return own.by_name((*self.needed, *self.kept))


@dataclass(frozen=True, slots=True)
class _Read:
    """A column as numbers. `fault` says what keeps it from being one of them, with what to do; `doubt` what is odd."""

    values: pl.Series
    fault: tuple[str, str] = ("", "")
    doubt: str = ""


def add(
    parsed: Parsed, positions: Mapping[str, int], asked: Asked
) -> tuple[Parsed, Mapping[str, str], tuple[Issue, ...]]:
    """Put the lender's own columns behind those of the accounts, as numbers; true is 1, false is 0.

    Args:
        parsed: The accounts.
        positions: Where the columns stand that the program reads itself.
        asked: Which others are wanted.

    Returns the accounts, the header of each column that was read by its name, and what is to be said.

    Errors: BadUse, BadBook when one that is needed cannot be had.
    """
    source = parsed.source
    needed, wanted = own.by_name(asked.needed), asked.names
    if not wanted:
        return parsed, {}, ()
    columns: list[pl.Series] = []
    headers: dict[str, str] = {}
    issues: list[Issue] = []
    for name, word in wanted.items():
        place = _place(source, positions, name, word)
        if not isinstance(place, int):
            if name in needed:
                raise BadUse(f"{source.file}: {place[0]}", place[1])
            issues.append(_issue(source, name, f"{place[0]} {_UNKNOWN}", place[1]))
            continue
        read = _read(source, place)
        if read.fault[0]:
            message = f"The column {quoted(source.headers[place])} {read.fault[0]}."
            if name in needed:
                raise BadBook(f"{source.file}: {message}", read.fault[1])
            issues.append(_issue(source, name, f"{message} {_UNKNOWN}", read.fault[1]))
            continue
        if read.doubt:
            issues.append(_issue(source, name, read.doubt, "Correct it in the next export, or leave the cell empty."))
        columns.append(read.values.alias(name))
        headers[name] = source.headers[place]
    frame = parsed.frame.collect().with_columns(columns).lazy()
    return replace(parsed, frame=frame), headers, tuple(issues)


def _place(source: Source, positions: Mapping[str, int], name: str, word: str) -> int | tuple[str, str]:
    """Return where a column stands, or why it cannot be had, with what to do."""
    claimed = {place: column for column, place in positions.items()}
    found = [place for place, header in enumerate(source.headers) if own.name(header) == name]
    free = [place for place in found if place not in claimed]
    if len(free) == 1:
        return free[0]
    if len(free) > 1:
        both = " and ".join(quoted(source.headers[place]) for place in free)
        return f"{both} cannot be told apart by their names.", "Rename one of them."
    if found:
        column = claimed[found[0]]
        known = "" if column == word else f" as {column}"
        return (
            f"The column {quoted(word)} is read by the program itself{known}, so it is none of your own.",
            "It comes on a card as the characteristics that  deskcollect help cards  lists, and in no other way.",
        )
    unknown = [h for place, h in enumerate(source.headers) if h and place not in claimed and own.name(h)]
    listed = ", ".join(map(quoted, unknown[:_LISTED])) + (" …" if len(unknown) > _LISTED else "")
    others = f"Columns of it that the program does not know: {listed}." if unknown else "It has no column of your own."
    return f"There is no column {quoted(word)}.", did_you_mean(word, unknown) or others


def _issue(source: Source, name: str, message: str, remedy: str) -> Issue:
    """Tell something of a column while all rows go on."""
    return Issue(Severity.WARNING, CODE, message, remedy, source.place(1, name))


def _read(source: Source, place: int) -> _Read:
    """Read the cells of a column."""
    raw = source.frame.select(LINE, pl.col(str(place)).alias("cell")).collect()
    dtype = raw["cell"].dtype
    strange = _strange(dtype, nested=place in source.nested)
    if strange:
        return _Read(pl.Series(dtype=pl.Float64), _FAULTS[strange])
    if dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum):
        return _of_text(source, place, raw.with_columns(pl.col("cell").cast(pl.String)))
    return _found(raw["cell"].cast(pl.Float64))


_FAULTS = {
    "dates": ("holds dates; a characteristic is a number", _SINCE),
    "lists": ("holds lists or objects; a characteristic is a number", _FLAT),
}


def _strange(dtype: pl.DataType, *, nested: bool) -> Literal["", "dates", "lists"]:
    """Say what a column holds that is no number and no text."""
    if nested or dtype.is_nested() or dtype in (pl.Binary, pl.Object):
        return "lists"
    return "dates" if dtype.is_temporal() else ""


def _found(numbers: pl.Series) -> _Read:
    """Return numbers as a card takes them: rounded, so that one beside a cut is on the same side on every machine."""
    name = numbers.name
    value = pl.col(name)
    finite = pl.when(value.is_finite() & (value.abs() < values.IMPLAUSIBLE)).then(value.round(own.DECIMALS) + 0.0)
    kept = numbers.to_frame().select(finite).to_series()
    if kept.null_count() == kept.len():
        return _Read(kept, ("is empty in every row, so it tells nothing", "Leave it out."))
    return _Read(kept)


def _of_text(source: Source, place: int, raw: pl.DataFrame) -> _Read:
    """Read text: true and false where there is nothing else, else numbers."""
    cell = pl.col("cell")
    looked = raw.select(LINE, cell=values.plain(cell)).filter(cell.str.to_lowercase() != "nan")
    truth = looked.select(values.truth(cell)).to_series()
    if len(truth) and not truth.null_count():
        told = looked.select(LINE, cell=values.truth(cell).cast(pl.Float64))
    else:
        told = looked.select(LINE, cell=values.number(cell))
    odd = looked.filter(told["cell"].is_null() | (told["cell"].abs() >= values.IMPLAUSIBLE))
    if odd.height > looked.height / 2:
        example = quoted(odd["cell"][0])
        return _Read(
            pl.Series(dtype=pl.Float64), (f"holds text, as in {example}; a characteristic is a number", _KINDS)
        )
    read = _found(raw.select(LINE).join(told, on=LINE, how="left", maintain_order="left")["cell"])
    return replace(read, doubt=_odd(source, place, odd)) if odd.height else read


def _odd(source: Source, place: int, rows: pl.DataFrame) -> str:
    """Say of some cells that they are no numbers."""
    where = rows_in_words(rows[LINE].head(_LISTED).to_list(), source.unit, rows.height)
    header, example = quoted(source.headers[place]), quoted(rows["cell"][0])
    return f"{where}: {header} holds no number, the first is {example}; it is read as not known."
