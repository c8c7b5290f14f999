"""All files of the demo by name."""

from __future__ import annotations

from scripts.demo.books import BOOKS, book
from scripts.demo.events import documents, lines
from scripts.demo.ledger import records
from scripts.demo.page import guide, page
from scripts.demo.roster import roster
from scripts.demo.source import last_day
from scripts.demo.worked import worked


def files() -> dict[str, str]:
    """Return the text of every file of sample_data/demo by its path in that folder."""
    accounts = roster()
    books = {last_day(month): book(accounts, month) for month in BOOKS}
    made = {f"books/{day}/{name}": text for day, files in books.items() for name, text in files.items()}
    recorded = documents(records(accounts))
    told = sorted([*recorded, *worked(accounts, books, recorded)], key=lambda one: one["event_id"])
    made["ledger.jsonl"] = lines(told)
    made["guide.json"] = guide(accounts, told)
    made["README.md"] = page(accounts, told)
    return made
