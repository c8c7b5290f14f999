"""Columns that a desk keeps: its books teach with them, a card that asks for them scores, one that asks for others does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from deskcollect import resources
from deskcollect.desk import account as accounts
from deskcollect.desk import make
from deskcollect.desk.cards import challenger, drift, lessons, model, recalibration, training
from deskcollect.desk.cards.challenger import Wish
from deskcollect.desk.cards.own_columns import asked, kept_by_desk, not_kept, standing_for
from deskcollect.desk.desk import SNAPSHOTS, Desk, open_desk
from deskcollect.desk.make import Book
from deskcollect.errors import BadUse
from deskcollect.portfolio import snapshots
from deskcollect.scoring.card import ALLOWED, Card, load
from deskcollect.settings import Settings
from deskcollect.vocabulary import EventKind

DAYS = [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)]
TOLD = Settings(name="own", desk_id="own", time_zone="Asia/Taipei", currency="TWD", demo=True, me="ana")
KEEPS = replace(TOLD, own_columns=("Tenure months", "sex"))


def read(folder: Path, day: date, told: Settings) -> Book:
    """Return a book of the demo with two more columns."""
    source = resources.sample_data() / "demo" / "books" / day.isoformat()
    place = folder / day.isoformat()
    place.mkdir(exist_ok=True)
    for path in source.iterdir():
        (place / path.name).write_bytes(path.read_bytes())
    (path,) = source.glob("accounts.*")
    table = pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)
    number = pl.col("account_id").hash(seed=1) % 90
    more = table.with_columns(number.alias("Tenure months"), (number % 2 + 1).alias("sex"))
    more.write_csv(place / path.name) if path.suffix == ".csv" else more.write_parquet(place / path.name)
    return make.read_book(place, told, as_of=day)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a desk of three books; when the second was taken in, it kept no more columns."""
    folder = tmp_path_factory.mktemp("own")
    make.create(folder / "desk", read(folder, DAYS[0], KEEPS), KEEPS).close()
    for day, told in zip(DAYS[1:], (TOLD, KEEPS), strict=True):
        book = read(folder, day, told)
        snapshots.save(folder / "desk" / SNAPSHOTS, book, imported_at=datetime(2026, 10, 1, tzinfo=UTC))
    return folder / "desk"


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(made, tmp_path / "desk")
    found = open_desk(tmp_path / "desk")
    yield found
    found.close()


def wish(**headers: str) -> Wish:
    """Return the wish for a card with columns; sex is let through."""
    let = asked(list(headers.values()), ["sex"] * ("own_sex" in headers), "the law" * ("own_sex" in headers), "ana")
    return Wish("1", own=headers, allowed=let.records(list(headers.values())))


@pytest.fixture
def taught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Card:
    """Return a card of the desk's own books with both columns, which waits to be promoted; its few outcomes are enough."""
    monkeypatch.setattr(challenger, "ADAPT_OF_EACH", 5)
    own = kept_by_desk(desk.settings.own_columns, ["tenure_months", "sex"])
    found = training.of_desk(desk, wish(**own), say=lambda _: None)
    training.keep(desk, found)
    return found.card


def promote(desk: Desk, card: Card) -> None:
    desk.shelf.promote(card, by="lea", now=desk.clock.now(), gated={})
    desk.load()


def test_its_books_teach_with_the_columns_that_it_keeps(desk: Desk, taught: Card) -> None:
    assert taught.own == {"own_tenure_months": "Tenure months", "own_sex": "sex"}
    assert taught.allowed == ({"column": "sex", "attribute": "sex", "because": "the law", "by": "ana"},)
    assert training.waiting(desk) == taught
    learnt = lessons.of_desk(desk, taught.own)
    known, unknown = (learnt.on(learnt.seen_on == day).features["own_sex"] for day in DAYS[1:])
    assert known.null_count() == 0
    assert unknown.null_count() == len(unknown), "a book that was kept without the column knows nothing of it"


def test_a_card_with_them_scores_at_the_desk_and_is_explained(desk: Desk, taught: Card) -> None:
    promote(desk, taught)
    day = desk.load()
    assert set(day.table["card"]) == {taught.stamp}
    before = load()
    without, covered = (desk.standing(day).accounts["coverage"].max() for day in DAYS[1:])
    assert without == pytest.approx(len(before.characteristics) / len(taught.characteristics))
    assert covered == 1.0
    account_id = str(day.table["account_id"][0])
    told = accounts.account(desk, day, account_id)
    assert {"own_tenure_months", "own_sex"} <= {reason.characteristic for reason in told.reasons}
    assert told.average + sum(reason.points for reason in told.reasons) == told.row["card_score"]
    laid = model.of_account(day, taught, account_id)
    assert laid.score == told.row["card_score"]
    late = next(row for row in day.table.iter_rows(named=True) if row["past_due"] and row["past_due"] > 0)
    assert accounts.what_if(desk, day, late["account_id"])
    assert accounts.lost_points(desk, day, account_id)


def test_a_book_that_is_scored_by_the_desk_scores_as_the_desk_does(desk: Desk, taught: Card, tmp_path: Path) -> None:
    promote(desk, taught)
    book = read(tmp_path, DAYS[2], KEEPS)
    found = make.score_book(book, desk.policies, desk=desk).collect()
    table = desk.load().table.select("account_id", "score", "coverage")
    assert found.select("account_id", "score", "coverage").sort("account_id").equals(table.sort("account_id"))


def test_drift_counts_them(desk: Desk, taught: Card) -> None:
    found = drift.of_desk(desk, taught)
    first = next(each for each in found.comparisons if each.against == "first")
    (moved,) = (each for each in first.drift.shifts if each.characteristic == "own_sex")
    assert (moved.known_before, moved.known_after) == (1.0, 1.0)
    assert found.titles["own_sex"].header == "sex"


def test_a_card_is_not_promoted_where_its_columns_are_not_kept(desk: Desk, taught: Card) -> None:
    assert not_kept(["TENURE months"], taught) == ["sex"]
    desk.settings = TOLD
    with pytest.raises(
        BadUse, match="asks for the columns “Tenure months” and “sex”, which this desk does not keep"
    ) as caught:
        training.waiting(desk)
    assert 'own_columns = ["Tenure months", "sex"]  under [book] in desk.toml' in caught.value.remedy


def test_the_ledger_says_which_protected_attributes_a_person_let_through(desk: Desk, taught: Card) -> None:
    promote(desk, taught)
    told = list(desk.ledger.select(kind=EventKind.SYSTEM))[-1].data
    assert told["allowed"] == [{"column": "sex", "attribute": "sex", "because": "the law", "by": "ana"}]
    desk.shelf.rollback(by="lea", now=desk.clock.now())
    assert "allowed" not in list(desk.ledger.select(kind=EventKind.SYSTEM))[-1].data


def test_who_let_them_through_stays_with_cards_that_are_made_of_it(
    desk: Desk, taught: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(desk, taught)
    again = training.of_desk(desk, Wish("2"), say=lambda _: None).card
    assert again.own == taught.own
    assert again.allowed == taught.allowed
    kept = training.characteristics([], ["own_sex"], own=taught.own)
    without = training.of_desk(desk, Wish("3", kept=kept), say=lambda _: None).card
    assert without.own == {"own_tenure_months": "Tenure months"}
    assert ALLOWED not in without.trained_on
    told = lessons.of_desk(desk, taught.own)
    monkeypatch.setattr(recalibration, "_not_learnt_yet", lambda _, whole: whole)
    assert recalibration.recalibrated(taught, told, "day", say=lambda _: None).card.allowed == taught.allowed


def test_what_the_desk_does_not_keep_or_no_book_tells_cannot_teach(desk: Desk) -> None:
    with pytest.raises(BadUse, match="This desk does not keep the column “tenur_months”") as caught:
        kept_by_desk(desk.settings.own_columns, ["tenur_months"])
    assert caught.value.remedy == "Did you mean “Tenure months”?"
    with pytest.raises(BadUse, match="No book of this desk tells anything of the column “app”"):
        training.of_desk(desk, wish(own_app="app"), say=lambda _: None)


def test_few_outcomes_bring_no_column_on_a_card(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenger, "ADAPT_FROM", 1000)
    said: list[str] = []
    found = training.of_desk(desk, wish(own_sex="sex"), say=said.append)
    assert (found.card.own, found.card.allowed) == ({}, ())
    assert "Columns of your own come on a card from 1000 outcomes on, 50 of each kind." in said
    assert "Note: not on the card, since the outcomes it learnt from say nothing about it: sex." in said


# --- what may be asked for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "allow", "because", "said"),
    [
        (["sex"], [], "", "--with sex: sex is a protected attribute, which no card may use unless you allow it."),
        (["客户性别"], [], "", r"客户性别 is a protected attribute \(sex\)"),
        (["sex", "birth_year"], ["sex"], "law", r"birth_year is a protected attribute \(age\)"),
        (["sex"], ["sex"], " ", "--allow needs a reason"),
        (["tenure"], [], "law", "--because says why a protected attribute is let through, and none is"),
        (["tenure"], ["sex"], "law", "--allow sex lets nothing through"),
        (["gender"], ["sex", "age"], "law", "--allow age lets nothing through"),
        (["sex"], ["sex"], "a\nb", "--because cannot be shown"),
        (["—"], [], "", "is no header that a card can show"),
        ([f"c{n}" for n in range(21)], [], "", "--with names 21 columns"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(headers: list[str], allow: list[str], because: str, said: str) -> None:
    with pytest.raises(BadUse, match=said):
        asked(headers, allow, because, "ana")


@pytest.mark.parametrize("word", ["sex", "Gender", "GENDER"])
def test_an_attribute_is_let_through_by_its_name_or_that_of_its_column(word: str) -> None:
    told = asked(["gender", "tenure"], [word], " the law ", "ana").records(["Gender", "tenure"])
    assert told == ({"column": "Gender", "attribute": "sex", "because": "the law", "by": "ana"},)


def test_what_stands_for_a_protected_attribute_is_told_and_not_refused() -> None:
    assert [text.partition(" stands")[0] for text in standing_for(["zip", "tenure", "sex"])] == ["zip"]
    assert asked(["zip"], [], "", "").headers == ["zip"]
