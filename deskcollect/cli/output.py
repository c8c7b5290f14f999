"""The only writer of stdout: lines for people, JSON and CSV for programs. Nothing that steers a terminal gets through."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from deskcollect.present.clean import HIDDEN, clean, hidden_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from deskcollect.present.lines import Line
    from deskcollect.present.shapes import Glyphs

DECIMALS = 6  # of a chance in CSV
_LIMIT = 1_000_000
_PAGE = 100
_LEAST_DECIMALS = 2
_ROWS_AT_ONCE = 10_000
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_HIDDEN_IN_COLUMN = r"[\p{Cc}\p{Zl}\p{Zp}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200b}\x{2060}\x{feff}\x{e0000}-\x{e0fff}]"
# role of a part of a line -> SGR number; the word or letter beside it says the same
_COLOURS = {
    "bold": "1",
    "muted": "2",
    "accent": "36",
    "success": "32",
    "warning": "33",
    "error": "31",
    "tierD": "33",
    "tierE": "31",
    "red": "31",
    "orange": "33",
    "yellow": "33",
    "blue": "34",
}


class ReaderGone(Exception):
    """Whoever read stdout has gone, as `head` does: nothing is left to do or to say."""


def reader_gone(error: BaseException) -> bool:
    """Say whether an exception means that nobody reads any more."""
    return isinstance(error, ReaderGone) or (isinstance(error, OSError) and error.errno == errno.EPIPE)


def prepare() -> None:
    """Let a terminal that cannot show a sign get its number instead of ending the program.

    A stream that was closed before the start is taken by nothing: else the next file opened would stand in its place.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # open as long as the program runs
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def is_terminal() -> bool:
    """Say whether a person looks at stdout."""
    return sys.stdout.isatty()


def width() -> int | None:
    """Return the cells of a line, None where nobody looks at it."""
    if not is_terminal() and "COLUMNS" not in os.environ:
        return None
    return shutil.get_terminal_size().columns


def page_width() -> int:
    """Return the cells of a line of text that is read: at most a hundred, which it is too where nobody looks at it."""
    return min(width() or _PAGE, _PAGE)


def colours() -> bool:
    """Say whether colours are wanted."""
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def lines(made: Iterable[Line | str], glyphs: Glyphs | None = None) -> None:
    """Write lines for people."""
    painted = colours()
    for entry in made:
        parts = ((entry, ""),) if isinstance(entry, str) else tuple((part.text, part.role) for part in entry)
        text = "".join(_painted(clean(text, limit=_LIMIT), role if painted else "") for text, role in parts)
        sys.stdout.write((glyphs.render(text) if glyphs else text).rstrip() + "\n")


def _painted(text: str, role: str) -> str:
    """Return text in the colour of its role."""
    number = _COLOURS.get(role)
    return f"\x1b[{number}m{text}\x1b[0m" if number else text


# --- for programs ------------------------------------------------------------------------------------------------------


def objects(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a JSON array, one object a line."""
    before = "[\n"
    for row in rows:
        sys.stdout.write(before + as_json(row))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def single(entry: Mapping[str, Any]) -> None:
    """Write one JSON object."""
    sys.stdout.write(as_json(entry, indent=1) + "\n")


def as_json(entry: Mapping[str, Any], indent: int | None = None) -> str:
    """Return JSON; where it holds hidden characters, or stdout is not UTF-8, everything but ASCII is escaped."""
    content = _plain(entry)
    text = json.dumps(content, ensure_ascii=False, indent=indent)
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8" and not hidden_count(text, notes=True)
    return text if readable else json.dumps(content, ensure_ascii=True, indent=indent)


def document(text: str) -> None:
    """Write the JSON of a file line by line; where stdout is not UTF-8, everything but ASCII is escaped."""
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        text = _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)
    lines(text.splitlines())


def money(value: Decimal) -> str:
    """Return an exact amount with at least two decimals, without grouping."""
    exponent = value.normalize().as_tuple().exponent
    return f"{value:.{max(_LEAST_DECIMALS, -exponent if isinstance(exponent, int) else 0)}f}"


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it: money as text, dates in ISO form."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case Decimal():
            return money(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case _:
            return [_plain(item) for item in (sorted(value) if isinstance(value, frozenset) else value)]


def csv(frame: pl.DataFrame) -> int:
    """Write CSV in UTF-8; return how many texts held hidden characters, which are shown as a sign."""
    import polars as pl

    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    hidden = frame.select(pl.col(texts).str.contains(_HIDDEN_IN_COLUMN).sum()).sum_horizontal().sum() if texts else 0
    if hidden:
        frame = frame.with_columns(pl.col(texts).str.replace_all(_HIDDEN_IN_COLUMN, HIDDEN))
    sys.stdout.flush()
    stream: IO[bytes] = sys.stdout.buffer
    stream.write(frame.head(0).write_csv().encode())
    for part in frame.iter_slices(_ROWS_AT_ONCE):  # written here: Polars tells a closed pipe without its number
        stream.write(part.write_csv(include_header=False, float_precision=DECIMALS).encode())
    stream.flush()
    return int(hidden)


def flush() -> None:
    """Hand over what is written, so that a closed pipe shows here and not at the interpreter's end."""
    sys.stdout.flush()


def abandon() -> None:
    """Write no more: the reader of stdout has gone, and with `2>&1` that of stderr too."""
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(sink, stream.fileno())
    os.close(sink)
