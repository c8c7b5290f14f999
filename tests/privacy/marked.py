"""Books whose every personal word is a marker, and the places where a marker may stand."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deskcollect import resources
from deskcollect.desk.make import make_demo

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = re.compile(r"(?i)mkq(?:name|mail|addr|shop|spouse|note|pass)\d+|4488877\d{6}")
_NOTE = re.compile(r"(?i)mkqnote\d+")
_BOOK_DATA = ("snapshots", "cache")
"""Folders of a desk that hold the lender's own data, and are meant to: what is in them is not looked at, their names are."""


def phone(number: int) -> str:
    """Return a marker that is read as a telephone number."""
    return f"+4488877{number:06}"


# --- the data ----------------------------------------------------------------------------------------------------------


def marked_sample(home: Path) -> Path:
    """Write the demo's books and the records of its people with markers in all personal words; return its home."""
    source = resources.sample_data()
    shutil.copytree(source / "demo", home / "demo")
    for book in sorted((home / "demo" / "books").iterdir()):
        _mark_table(book / "accounts.csv", _account)
        _mark_table(book / "contacts.csv", _contact)
        _mark_table(book / "transactions.csv", _transaction)
    ledger = home / "demo" / "ledger.jsonl"
    told = [json.loads(text) for text in ledger.read_text("utf-8").splitlines()]
    for number, event in enumerate(told):
        if event.get("note"):
            event["note"] = f"said mkqnote{number}"
    kept = [event for event in told if event["kind"] in {"outcome", "correction"}]
    ledger.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in kept), "utf-8")
    return home


def make_marked(data: Path, folder: Path) -> Path:
    """Make a desk of marked data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "sample_data", lambda: data)
        desk = make_demo(folder)
    desk.load()
    desk.close()
    return folder


def _number(row: dict[str, str], name: str) -> int:
    """Return the number in an id, as in C-00236."""
    return int(row[name].rpartition("-")[2])


def _account(row: dict[str, str]) -> dict[str, str]:
    """Mark one account; a field that is empty stays so."""
    number = _number(row, "customer_id")
    words = {
        "customer_name": f"Mkqname{number} Qzy",
        "phone": phone(number),
        "phone_2": phone(200_000 + number),
        "email": f"mkqmail{number}@example.com",
        "address": f"Mkqaddr{number} Road 5, Oldtown",
    }
    return row | {name: text for name, text in words.items() if row[name]} | {"spouse": f"Mkqspouse{number}"}


def _contact(row: dict[str, str]) -> dict[str, str]:
    """Mark one number or address."""
    number = _number(row, "customer_id")
    texts = {"email": f"mkqmail{number}.2@example.com", "address": f"Mkqaddr{number} Lane 6"}
    return row | {"value": texts.get(row["kind"], phone(400_000 + number))}


def _transaction(row: dict[str, str]) -> dict[str, str]:
    """Mark where something was bought."""
    return row | ({"merchant": f"Mkqshop{_number(row, 'account_id')}"} if row["merchant"] else {})


def _mark_table(path: Path, mark: object) -> None:
    """Rewrite one table of a book."""
    assert callable(mark)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [mark(row) for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


# --- what must not hold a marker -----------------------------------------------------------------------------------------


def markers(text: str) -> set[str]:
    """Return the markers in a text."""
    return {found.lower() for found in MARKER.findall(text)}


def in_file(path: Path) -> set[str]:
    """Return the markers in a file, whatever it is."""
    return markers(path.read_bytes().decode("utf-8", "replace"))


def leaks(desk: Path, *elsewhere: Path, allowed: tuple[Path, ...] = ()) -> list[str]:
    """Return where markers stand that must not: in the ledger, in other files of the desk and of other folders.

    A note stands in the ledger in its own field, and in state.json while its form is not saved. Files that are
    `allowed` hold what they were made for.
    """
    found: list[str] = []
    for path in files_in(desk, *elsewhere):
        inside = path.relative_to(desk).parts if path.is_relative_to(desk) else ()
        found += [f"{path.name} is named by {name}" for name in markers("/".join(inside) or path.name)]
        if inside[:1] in {(each,) for each in _BOOK_DATA} or path in allowed:
            continue
        # a ledger that was put back or repaired stands beside the new one, as it was
        told = _of_ledger(path) if inside[:1] and inside[0].startswith("ledger") else in_file(path)
        if inside == ("state.json",):
            told = {name for name in told if not _NOTE.fullmatch(name)}
        found += [f"{path.name} holds {name}" for name in sorted(told)]
    return found


def files_in(*folders: Path) -> Iterator[Path]:
    """Go through all files of some folders."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _of_ledger(path: Path) -> set[str]:
    """Return the markers in a file of the ledger, notes left out where they belong."""
    if path.suffix != ".jsonl":
        return in_file(path)
    found: set[str] = set()
    for text in path.read_text("utf-8").splitlines():
        told = json.loads(text.partition("\t")[0])
        note = told["d"].pop("note", "")
        found |= markers(json.dumps(told, ensure_ascii=False)) | {
            m for m in markers(str(note)) if not _NOTE.fullmatch(m)
        }
    return found
