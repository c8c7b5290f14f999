"""A small book written to disk and read as a lender's book is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol

import pytest

from deskcollect.policy.load import load
from deskcollect.portfolio.book import Book, read_book

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deskcollect.policy.model import Policies

TODAY = date(2026, 10, 1)
AS_OF = date(2026, 9, 30)


class ReadTables(Protocol):
    """Reads a book from the text of its tables."""

    def __call__(
        self,
        tables: Mapping[str, str | bytes],
        *,
        as_of: date | None = AS_OF,
        columns: Mapping[str, str] | None = None,
        date_format: str = "",
        encoding: str = "",
        default_currency: str = "TWD",
    ) -> Book:
        """Write each table under its file name and read the folder."""


@pytest.fixture
def read_tables(tmp_path: Path) -> ReadTables:
    """Read a book from the text of its tables, by file name."""

    def read(
        tables: Mapping[str, str | bytes],
        *,
        as_of: date | None = AS_OF,
        columns: Mapping[str, str] | None = None,
        date_format: str = "",
        encoding: str = "",
        default_currency: str = "TWD",
    ) -> Book:
        folder = tmp_path / "book"
        folder.mkdir(exist_ok=True)
        for name, content in tables.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return read_book(
            folder,
            today=TODAY,
            as_of=as_of,
            columns=columns,
            date_format=date_format,
            encoding=encoding,
            default_currency=default_currency,
        )

    return read


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the shipped policies."""
    return load()
