"""A desk that keeps to its share of the book shows it, says so, and shows the whole book when asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from deskcollect import settings
from deskcollect.desk.team import sharing
from deskcollect.records import Entry
from tests.tui.person import Person, at_desk, opened

TEAM = {"front": "id-front", "north": "id-north"}


@pytest.fixture
def front(demo: Path) -> Path:
    """Return a desk that works the book beside another one."""
    settings.write(demo, replace(settings.read(demo), desk_id="id-front", team=TEAM))
    return demo


def tabs(person: Person) -> str:
    """Return the line of the screen that tells the queue and the place in it."""
    return next(line for line in person.lines if "[To call" in line)


async def everything(person: Person, word: str) -> None:
    """Run what Everything offers first for a word."""
    await person.press("colon")
    await person.type(word)
    await person.press("enter")


async def test_the_list_is_the_desks_share_and_says_so(front: Path) -> None:
    async with at_desk(front, (120, 36)) as person:
        day = person.app.session.opened[1]
        own = set(sharing.own(person.desk, day.table)["account_id"])
        mine = person.keys
        assert set(mine) < own
        assert "share front" in person.sees
        assert f"[To call {len(mine)}]" in person.sees
        assert 0 < len(mine) < day.summary.queues["to-call"]


async def test_the_whole_book_is_shown_when_asked_and_the_share_again(front: Path) -> None:
    async with at_desk(front, (120, 36)) as person:
        mine, on = person.keys, person.on
        await everything(person, "whole book")
        whole = person.app.session.opened[2].queues["to-call"]
        assert (len(person.keys), person.on) == (whole, on)
        assert [key for key in person.keys if key in set(mine)] == mine
        assert "share front" not in person.sees
        assert person.message == "The whole book is shown."
        await everything(person, "share of front")
        assert (person.keys, person.on) == (mine, on)


def tiers(person: Person, table: pl.DataFrame) -> bool:
    """Say whether the line above the list tells the accounts of some rows in the desk's main currency, in all and by tier."""
    table = table.filter(pl.col("currency") == "TWD")
    told = " ".join(person.lines[1].split())
    counts = [f"{sign} {sum(table['tier'] == sign[0])} " for sign in ("A▁", "B▂", "C▄", "D▆", "E█")]
    return told.startswith(f"TWD {table.height} acc ") and all(each in told for each in counts)


async def test_the_line_of_the_tiers_counts_what_is_shown(front: Path) -> None:
    async with at_desk(front, (120, 36)) as person:
        whole = person.app.session.opened[1].table
        own = sharing.own(person.desk, whole)
        assert 0 < own.height < whole.height
        assert tiers(person, own)
        await person.press("enter")
        assert tiers(person, own)
        await person.press("escape")
        await everything(person, "whole book")
        assert tiers(person, whole)
        await person.press("enter")
        assert tiers(person, whole)
        await person.press("escape")
        await everything(person, "share of front")
        assert tiers(person, own)


async def test_looking_among_all_accounts_counts_the_whole_book_until_one_goes_back(front: Path) -> None:
    async with at_desk(front, (120, 36)) as person:
        whole = person.app.session.opened[1].table
        own = sharing.own(person.desk, whole)
        theirs = next(account for account in whole["account_id"] if account not in set(own["account_id"]))
        await person.press("slash")
        await person.type(theirs.lower())
        await person.press("enter")
        assert person.keys == [theirs]
        assert tiers(person, whole)
        await person.press("escape")
        assert tiers(person, own)


async def test_two_desks_have_the_book_between_them(front: Path) -> None:
    shown = []
    for desk_id in TEAM.values():
        settings.write(front, replace(settings.read(front), desk_id=desk_id))
        async with at_desk(front) as person:
            await everything(person, "queue: all")
            shown += person.keys
            book = person.app.session.opened[1].table["account_id"].to_list()
    assert sorted(shown) == sorted(book)


async def test_a_record_counts_in_the_share(front: Path) -> None:
    async with at_desk(front, (120, 36)) as person:
        before = len(person.keys)
        await person.press("r", "D", "1", "ctrl+s")
        await person.press("R")
        assert len(person.keys) == before - 1
        assert f"[To call {before - 1}]" in person.sees


async def test_a_filter_that_finds_nothing_here_looks_in_the_whole_book(front: Path) -> None:
    async with at_desk(front) as person:
        table = person.app.session.opened[1].table
        own = set(sharing.own(person.desk, table)["account_id"])
        theirs = next(account for account in table["account_id"] if account not in own)
        await person.press("slash")
        await person.type(theirs.lower())
        assert person.keys == []
        await person.press("enter")
        assert person.keys == [theirs]
        await person.press("escape")
        assert theirs not in person.keys


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_in_a_small_window_the_share_is_said_and_no_word_is_cut(front: Path, size: tuple[int, int]) -> None:
    async with at_desk(front, size) as person:
        assert "share front" in tabs(person)
        assert "…" not in tabs(person)


async def test_a_desk_alone_or_with_a_server_shows_the_whole_book_and_offers_no_share(front: Path) -> None:
    settings.write(front, replace(settings.read(front), team={}))
    with_team = opened(front)
    assert not sharing.is_shared(with_team)
    with_team.close()
    async with at_desk(front) as person:
        assert len(person.keys) == person.app.session.opened[2].queues["to-call"]
        assert "share" not in tabs(person)
        await person.press("colon")
        await person.type("whole book")
        assert "Show the whole book" not in person.sees


async def test_a_colleagues_record_is_counted_too(front: Path) -> None:
    async with at_desk(front, (120, 36)) as person:
        before = len(person.keys)
        desk = opened(front)
        desk.record(desk.load(), Entry(person.keys[1], "HARD", "ben"))
        desk.close()
        person.app._watch.look()
        await person.rest()
        assert f"[To call {before - 1}]" in person.sees
