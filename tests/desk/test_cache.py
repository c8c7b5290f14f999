"""What is kept of a book is a convenience: whatever becomes of it, the desk says the same."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.desk import cache
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.desk.pipeline import stand_alone
from deskcollect.records import Entry
from tests.desk.builders import AS_OF, Tables, account, at, book, days, desk_of, equal_days, statements, told

BOOK = Tables([account("A1"), account("A2", past_due=0, days_past_due=0)], statements("A1", 500, 0, 0), payments=[])
FILES = ("accounts.parquet", "cycles.parquet", "feeds.parquet", "numbers.parquet", "sums")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk that has been opened once."""
    made = desk_of(tmp_path, BOOK)
    made.load()
    yield made
    made.close()


def kept(desk: Desk) -> list[Path]:
    """Return what is kept."""
    return sorted((desk.folder / "cache").iterdir())


def anew(desk: Desk) -> Day:
    """Return the day of the desk as another program opens it."""
    other = open_desk(desk.folder, desk.clock)
    day = other.load()
    other.close()
    return day


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time a book is worked out."""
    made: list[str] = []

    def watched(*args: object, **more: object) -> object:
        made.append("stand")
        return stand_alone(*args, **more)  # type: ignore[arg-type]  # handed through as they came

    monkeypatch.setattr("deskcollect.desk.books.stand_alone", watched)
    return made


def test_a_book_is_worked_out_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(monkeypatch)
    anew(desk)
    anew(desk)
    assert made == []
    assert [path.name for path in sorted(kept(desk)[0].iterdir())] == sorted(FILES)


def test_what_is_absent_is_made_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = anew(desk)
    shutil.rmtree(desk.folder / "cache")
    made = counted(monkeypatch)
    equal_days(anew(desk), before)
    equal_days(anew(desk), before)
    assert made == ["stand"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"x" * len(data),
        lambda data: data + b"x",
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: data[:-9] + bytes([data[-9] ^ 0x40]) + data[-8:],
    ],
    ids=["empty", "cut", "other", "longer", "first bit", "late bit"],
)
def test_what_is_damaged_is_made_again(desk: Desk, spoil: Callable[[bytes], bytes]) -> None:
    before = desk.standing(AS_OF)
    for file in FILES:
        path = kept(desk)[0] / file
        whole = path.read_bytes()
        path.write_bytes(spoil(whole))
        found = desk.standing(AS_OF)
        assert found.accounts.equals(before.accounts)
        assert found.numbers.equals(before.numbers)
        assert path.read_bytes() == whole


def test_a_bit_that_turned_never_changes_a_figure(desk: Desk) -> None:
    dice = random.Random(7)
    before = desk.standing(AS_OF)
    for _ in range(12):
        path = kept(desk)[0] / dice.choice(FILES)
        data = bytearray(path.read_bytes())
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path.write_bytes(bytes(data))
        found = desk.standing(AS_OF)
        assert found.accounts.equals(before.accounts)
        assert found.cycles.equals(before.cycles)


def test_a_table_that_is_gone_is_made_again(desk: Desk) -> None:
    before = anew(desk)
    (kept(desk)[0] / "cycles.parquet").unlink()
    equal_days(anew(desk), before)
    assert (kept(desk)[0] / "cycles.parquet").is_file()


def test_where_nothing_can_be_kept_the_desk_still_opens(desk: Desk) -> None:
    before = anew(desk)
    shutil.rmtree(desk.folder / "cache")
    (desk.folder / "cache").write_text("a file stands where the folder would", "utf-8")
    equal_days(anew(desk), before)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), pl.exceptions.ComputeError("disk full")])
def test_a_full_disk_keeps_nothing_and_leaves_nothing_half_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    before = anew(desk)
    shutil.rmtree(desk.folder / "cache")

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fails)
    equal_days(anew(desk), before)
    assert kept(desk) == []


def test_what_is_kept_waits_for_no_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(desk.folder / "cache")

    def fails(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", fails)
    anew(desk)
    assert [path.name for path in sorted(kept(desk)[0].iterdir())] == sorted(FILES)


def test_only_the_newest_of_a_date_is_kept(desk: Desk) -> None:
    desk.import_book(book(desk.folder.parent / "other", Tables([account("A1", past_due=5)], payments=[])), replace=True)
    old = kept(desk)
    assert anew(desk).table.height == 1
    assert len(kept(desk)) == len(old) == 1
    assert kept(desk) != old


def test_what_a_book_says_depends_on_books_policy_and_card(desk: Desk) -> None:
    snapshots = desk.folder / "snapshots"
    now = cache.key(snapshots, desk.dates, "policy", "card")
    others = [("policy 2", "card"), ("policy", "card 2"), ("policycard", "")]
    assert now not in {cache.key(snapshots, desk.dates, *parts) for parts in others}
    assert now == cache.key(snapshots, desk.dates, "policy", "card")
    desk.import_book(book(desk.folder.parent / "earlier", BOOK, days(-30)))
    assert now != cache.key(snapshots, desk.dates, "policy", "card")


def test_what_a_version_with_other_columns_kept_is_not_used(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    old = kept(desk)
    more = frames.Column("newcomer", pl.String, "a column of a later version")
    monkeypatch.setattr(frames, "SCORED_FACTS", (*frames.SCORED_FACTS, more))
    desk.standing(AS_OF)
    assert kept(desk) != old


def test_a_changed_policy_is_followed_at_once(desk: Desk) -> None:
    file = desk.folder / "policies" / "buckets.toml"
    file.write_text(file.read_text("utf-8").replace('stage = "early"', 'stage = "soon"'), "utf-8")
    assert anew(desk).row("A1")["stage"] == "soon"


def test_what_is_recorded_is_never_kept_here(desk: Desk) -> None:
    before = {path: path.read_bytes() for path in kept(desk)[0].iterdir()}
    told(desk, desk.load(), Entry("A1", "RP", "ana", occurred_at=at(AS_OF, 9)))
    anew(desk)
    assert {path: path.read_bytes() for path in kept(desk)[0].iterdir()} == before
