"""All files of the demo by name."""

from __future__ import annotations

from scripts.demo.books import BOOKS, book
from scripts.demo.events import documents, lines
from scripts.demo.ledger import records
from scripts.demo.page import guide, page
from scripts.demo.roster import roster
from scripts.demo.source import last_day


def files() -> dict[str, str]:
    """Return the text of every file of sample_data/demo by its path in that folder."""
    accounts = roster()
    made = {}
    for month in BOOKS:
        for name, text in book(accounts, month).items():
            made[f"books/{last_day(month)}/{name}"] = text
    told = documents(records(accounts))
    made["ledger.jsonl"] = lines(told)
    made["guide.json"] = guide(accounts, told)
    made["README.md"] = page(accounts, told)
    return made
