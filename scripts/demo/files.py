"""All files of the demo by name."""

from __future__ import annotations

from scripts.demo.books import BOOKS, book
from scripts.demo.roster import roster
from scripts.demo.source import last_day


def files() -> dict[str, str]:
    """Return the text of every file of sample_data/demo by its path in that folder."""
    accounts = roster()
    made = {}
    for month in BOOKS:
        for name, text in book(accounts, month).items():
            made[f"books/{last_day(month)}/{name}"] = text
    return made
