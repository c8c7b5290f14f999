"""Find the tables of a book and read each as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio import delimited, objects, sheets
from deskcollect.portfolio.encoding import decode
from deskcollect.portfolio.source import LINE, Source
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES = ("accounts", "statements", "payments", "transactions", "contacts")
_ROW = "\0row"  # a name that no column has
_HEAD_BYTES = 1_000_000  # within which the headers of a CSV stand
_WIDE = ("utf-16", "utf16", "utf-32", "utf32")  # their line ends cannot be looked for byte by byte
FORMATS = (".csv", ".parquet", ".xlsx", ".json", ".ndjson")


def find(path: Path) -> tuple[dict[str, Path], tuple[Issue, ...]]:
    """Return the file of each table of a book, and a word on files that are none of its tables.

    Errors: BadUse when there is nothing at `path`; BadBook when no file holds the accounts, or two do.
    """
    if not path.exists():
        raise BadUse(f"There is no {path}.", "Give the file of accounts, or the folder that holds accounts.csv.")
    if not path.is_dir():
        check(path)
        return {"accounts": path}, ()
    found, others = tables_in(path)
    if "accounts" not in found:
        raise BadBook(
            f"{path} holds no table of accounts.",
            f"Put accounts.csv (or {', '.join(FORMATS[1:])}) into it. Found: {_names((*found.values(), *others))}.",
        )
    return found, not_tables(others)


def tables_in(folder: Path) -> tuple[dict[str, Path], tuple[Path, ...]]:
    """Return the files of a folder that are tables, by their names, and the others that could be read.

    Errors: BadBook when two files are one table.
    """
    readable = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in FORMATS and p.name[0] not in ".~"]
    found: dict[str, Path] = {}
    for file in readable:
        table = file.stem.strip().casefold()
        if table in found:
            raise BadBook(
                f"{folder.name} holds {table} twice: {found[table].name} and {file.name}.", "Keep one of the two files."
            )
        if table in TABLES:
            _ordinary(file)
            found[table] = file
    return found, tuple(file for file in readable if file not in found.values())


def headers(path: Path, encoding: str = "") -> tuple[str, ...]:
    """Return the headers of a file; of CSV only its beginning is read.

    Errors: BadBook when it cannot be read, BadUse.
    """
    check(path)
    if path.suffix.lower() != ".csv" or encoding.lower().startswith(_WIDE):
        return read("transactions", path, encoding=encoding).headers
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD_BYTES)
    except OSError as error:
        raise BadBook(f"{path.name} cannot be read: {error.strerror}.", "Check the rights of the file.") from error
    whole = len(data) < _HEAD_BYTES
    return delimited.headers(decode(data if whole else data[: data.rfind(b"\n") + 1], path.name, encoding), path.name)


def check(path: Path) -> None:
    """Refuse a file whose name says nothing about its format, and what is no file.

    Errors: BadBook.
    """
    if path.is_dir():
        raise BadBook(f"{path.name} is a folder.", "Name the file in it.")
    if path.suffix.lower() not in FORMATS:
        raise BadBook(f"{path.name} has no format that can be read.", f"Known are {', '.join(FORMATS)}.")
    _ordinary(path)


def _ordinary(path: Path) -> None:
    """Refuse a pipe, a device or a folder, which would be waited for."""
    if not path.is_file():
        raise BadBook(f"{path.name} is no ordinary file.", "Copy what it gives into a file and name that.")


def _names(files: Sequence[Path]) -> str:
    """List files in a sentence."""
    return ", ".join(file.name for file in files) or "nothing that can be read"


def not_tables(others: Sequence[Path]) -> tuple[Issue, ...]:
    """Say of files that they were left out."""
    return tuple(
        Issue(
            Severity.INFO,
            "not_a_table",
            f"{file.name} is no table of a book and is not read.",
            f"Tables are {', '.join(TABLES)}; the file's name says which.",
            Place(file=file.name),
        )
        for file in others
    )


def read(table: str, path: Path, *, encoding: str = "") -> Source:
    """Return one table as it stands; Parquet stays on disk until it is needed.

    Errors: BadBook when the file cannot be read at all.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _parquet(path, table)
    if suffix == ".xlsx":
        return sheets.read(path, table)
    try:
        text = decode(path.read_bytes(), path.name, encoding)
    except OSError as error:
        raise BadBook(f"{path.name} cannot be read: {error.strerror}.", "Check the rights of the file.") from error
    if suffix == ".csv":
        return delimited.read(text, table, path.name)
    return objects.read(text, table, path.name)


def _parquet(path: Path, table: str) -> Source:
    """Return a Parquet table without reading its rows."""
    try:
        frame = pl.scan_parquet(path, row_index_name=_ROW, row_index_offset=1, glob=False)
        headers = [name for name in frame.collect_schema().names() if name != _ROW]
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadBook(
            f"{path.name} is no Parquet file, or it is cut off.", "Export or copy it again, whole."
        ) from error
    columns = (pl.col(header).alias(str(i)) for i, header in enumerate(headers))
    return Source(
        table, path.name, tuple(headers), frame.select(pl.col(_ROW).cast(pl.Int64).alias(LINE), *columns), unit="row"
    )
