"""What stood at the end of the ledger and was put aside, and records that are gone from there: the screens say it once."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deskcollect import settings
from deskcollect.records import Entry
from tests.tui.person import Person, at_desk, opened

if TYPE_CHECKING:
    from deskcollect.tui.session import Message

SHORT = "What stood at the end of the ledger was put aside: ctrl+n says more."
HALF = b'{"s":4,"half'


@pytest.fixture
def desk(demo: Path) -> Path:
    """Return a desk whose newest record was said to be recorded by a program that has ended."""
    settings.write(demo, replace(settings.read(demo), demo=False))
    with closing(opened(demo)) as found:
        found.record(found.load(), Entry(found.load().table["account_id"][0], "NA", "ana"))
    return demo


def newest(folder: Path) -> Path:
    """Return the file of the newest records."""
    return max((folder / "ledger").glob("*.jsonl"))


def tear(folder: Path) -> None:
    """Leave half a line, as a write that was cut short does."""
    with newest(folder).open("ab") as file:
        file.write(HALF)


def lose(folder: Path) -> int:
    """Cut off the newest record clean; return its number."""
    with closing(opened(folder)) as found:
        last = found.ledger.head().seq
    lines = newest(folder).read_bytes().splitlines(keepends=True)
    newest(folder).write_bytes(b"".join(lines[:-1]))
    return last


def said(person: Person, what: str) -> list[Message]:
    """Return the messages that say something."""
    return [each for each in person.app.session.messages if what in each.text]


async def look(person: Person) -> None:
    """Let the desk look for what is new, as it does every few seconds."""
    person.app._watch.look()
    await person.rest()


async def test_a_torn_end_is_told_once_behind_the_record_that_found_it(desk: Path) -> None:
    tear(desk)
    async with at_desk(desk) as person:
        assert not said(person, "quarantine")
        await person.press("r", "n", "ctrl+s")
        assert [each.kind for each in person.app.session.messages[-2:]] == ["done", "warning"]
        assert f" ! {SHORT}" in person.sees
        words = f"12 bytes at the end of {newest(desk).name} (from byte "
        assert words in person.message
        assert "were put into quarantine.bin: they are no whole record, as a write that was cut short" in person.message
        await person.press("ctrl+n")
        assert words in person.sees
        await person.press("escape", "r", "n", "ctrl+s")
        await look(person)
        assert len(said(person, "quarantine")) == 1
        assert "missing" not in person.sees


async def test_it_is_told_too_where_taking_back_found_it(desk: Path) -> None:
    tear(desk)
    async with at_desk(desk) as person:
        await person.press("u", "y")
        assert person.app.session.messages[-2].text.startswith("Withdrawn: ")
        assert f" ! {SHORT}" in person.sees


@pytest.mark.parametrize("keys", [("a",), ("z", *"fri", "tab", *"asked", "ctrl+s")])
async def test_it_is_told_too_where_a_decision_found_it(
    undecided_home: Path, tmp_path: Path, keys: tuple[str, ...]
) -> None:
    desk = Path(shutil.copytree(undecided_home, tmp_path / "undecided"))
    tear(desk)
    async with at_desk(desk) as person:
        await person.press("2", *keys)
        assert person.app.session.messages[-2].kind == "done"
        assert f" ! {SHORT}" in person.sees


async def test_it_is_told_where_a_visit_beside_the_keys_found_it(desk: Path) -> None:
    tear(desk)
    async with at_desk(desk) as person:
        person.desk.record(person.app.session.opened[1], Entry(person.on, "NA", "ana"))
        await look(person)
        assert len(said(person, SHORT)) == 1
        assert SHORT in person.sees


async def test_records_that_are_gone_from_the_end_are_told_when_the_desk_opens_and_not_again(desk: Path) -> None:
    last = lose(desk)
    async with at_desk(desk) as person:
        assert f" ✗ Record {last:,} is missing: ctrl+n says more." in person.sees
        assert "ledger cut short" in person.sees
        told = f"This desk had said that record {last:,} was recorded, and the ledger ends at record {last - 1:,}"
        assert told in person.message
        assert "deskcollect ledger restore BACKUP" in person.message
        assert "deskcollect ledger merge FILE" in person.message
        person.app.action_read_again()
        await person.rest()
        await person.press("r", "n", "ctrl+s")
        assert person.app.session.messages[-1].kind == "done", "recording goes on"
        assert len(said(person, "missing")) == 1
    async with at_desk(desk) as person:
        assert not said(person, "missing")


async def test_what_a_torn_end_took_with_it_is_told_once_and_what_was_put_aside_behind_it(desk: Path) -> None:
    last = lose(desk)
    tear(desk)
    async with at_desk(desk) as person:
        assert len(said(person, f"Record {last:,} is missing")) == 1
        await person.press("r", "n", "ctrl+s")
        assert len(said(person, "is missing")) == 1
        assert person.message.startswith(SHORT)
        assert "cut short" not in person.message


async def test_records_that_go_while_the_desk_is_open_are_told_behind_the_next_one(desk: Path) -> None:
    async with at_desk(desk) as person:
        assert not said(person, "missing")
        last = lose(desk)
        await person.press("r", "n", "ctrl+s")
        assert len(said(person, f"Record {last:,} is missing")) == 1
