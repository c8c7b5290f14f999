"""Which card scores at a desk, and who said so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deskcollect.desk.desk import Desk, open_desk
from deskcollect.errors import BadCard, BadUse
from deskcollect.records import Entry, Origin
from deskcollect.scoring.card import Card, load, sealed
from deskcollect.scoring.recalibrate import Shift, recalibrated
from deskcollect.vocabulary import EventKind

GATE = {"lower log loss": "0.44 → 0.41"}


def harsher(card: Card, version: str = "1.1") -> Card:
    """Return a card that finds every account riskier."""
    return recalibrated(card, Shift(0.5, 1.0, 400), version=version)


def promote(desk: Desk, card: Card) -> None:
    desk.shelf.promote(card, by="lea", now=desk.clock.now(), gated=GATE)


def test_the_bundled_card_scores_until_another_is_promoted(demo: Desk) -> None:
    assert demo.card == load()
    before = demo.load().table
    promote(demo, harsher(load()))
    after = demo.load().table
    assert set(after["card"]) == {harsher(load()).stamp}
    assert (after["card_score"] < before["card_score"]).all()
    assert demo.card == harsher(load())


def test_a_promotion_stands_in_the_ledger_with_who_and_why(demo: Desk) -> None:
    promote(demo, harsher(load()))
    told = list(demo.ledger.select(kind=EventKind.SYSTEM))[-1]
    assert (told.by, told.data["gate"], told.data["card"]) == ("lea", GATE, harsher(load()).stamp)


def test_it_scores_at_every_later_start_of_the_desk(demo: Desk) -> None:
    promote(demo, harsher(load()))
    demo.close()
    again = open_desk(demo.folder)
    assert again.card == harsher(load())
    again.close()


def test_rolling_back_goes_one_card_back_and_gives_every_score_back(demo: Desk) -> None:
    first = demo.load().table["score"].to_list()
    one, two = harsher(load()), harsher(load(), "1.2")
    promote(demo, one)
    promote(demo, two)
    demo.shelf.rollback(by="lea", now=demo.clock.now())
    assert demo.shelf.history() == (one.stamp,)
    demo.shelf.rollback(by="lea", now=demo.clock.now())
    assert demo.load().table["score"].to_list() == first
    with pytest.raises(BadUse, match="The bundled card scores already"):
        demo.shelf.rollback(by="lea", now=demo.clock.now())


def test_the_card_that_scores_is_not_promoted_again(demo: Desk) -> None:
    with pytest.raises(BadUse, match="scores already"):
        promote(demo, load())


@pytest.mark.parametrize("damage", ["gone", "another", "changed"])
def test_a_promoted_card_that_is_not_the_very_one_does_not_score(demo: Desk, damage: str) -> None:
    card = harsher(load())
    promote(demo, card)
    path = demo.folder / "models" / f"{card.stamp}.json"
    if damage == "gone":
        path.unlink()
    elif damage == "another":
        from deskcollect.scoring.card import dump

        path.write_bytes(dump(sealed(replace(card, version="9"))))
    else:
        path.write_text(path.read_text("utf-8").replace("1.1", "1.2"), "utf-8")
    with pytest.raises(BadCard) as found:
        demo.load()
    assert "deskcollect model rollback" in found.value.remedy
    demo.shelf.rollback(by="lea", now=demo.clock.now())
    assert demo.load().table["card"][0] == load().stamp


def test_a_record_says_which_card_scored(demo: Desk) -> None:
    promote(demo, harsher(load()))
    day = demo.load()
    account = day.table["account_id"][0]
    done = demo.record(day, Entry(account, "NA", "ana"))
    assert done.event.decided.card == harsher(load()).stamp


def test_the_card_is_the_promoted_one_at_once_and_the_old_one_after_a_rollback(demo: Desk) -> None:
    demo.load()
    assert demo.card == load()
    promote(demo, harsher(load()))
    assert demo.card == harsher(load())
    demo.shelf.rollback(by="lea", now=demo.clock.now())
    assert demo.card == load()


def test_what_another_program_promotes_is_seen_at_the_next_load(demo: Desk) -> None:
    demo.load()
    other = open_desk(demo.folder)
    promote(other, harsher(load()))
    other.close()
    demo.load()
    assert demo.card == harsher(load())


def test_a_record_on_a_day_from_before_a_promotion_says_the_card_that_was_seen(demo: Desk) -> None:
    day = demo.load()
    promote(demo, harsher(load()))
    done = demo.record(day, Entry(day.table["account_id"][0], "NA", "ana"))
    assert done.event.decided.card == load().stamp


def test_who_let_the_card_score_is_told_until_it_is_rolled_back(demo: Desk) -> None:
    assert demo.shelf.promotion() is None
    promote(demo, harsher(load()))
    told = demo.shelf.promotion()
    assert told is not None
    assert (told.by, demo.shelf.stamp()) == ("lea", harsher(load()).stamp)
    demo.shelf.rollback(by="lea", now=demo.clock.now())
    assert (demo.shelf.promotion(), demo.shelf.stamp()) == (None, load().stamp)


def test_what_another_desk_let_score_does_not_score_here(demo: Desk) -> None:
    promote(demo, harsher(load()))
    told = demo.shelf.promotion()
    assert told is not None
    there = Origin("desk-b", 9, "b" * 64, "a" * 64)
    theirs = replace(told, event_id=demo.ledger.next_id(1), data={"card": "theirs-1.0+00000000"}, origin=there)
    demo.ledger.record(theirs, recorded_at=demo.clock.now())
    assert demo.card == harsher(load())
    assert demo.load().table.height


def test_undo_takes_no_record_of_another_desk_for_my_last(demo: Desk) -> None:
    day = demo.load()
    account = day.table["account_id"][0]
    mine = demo.record(day, Entry(account_id=account, code="NA", by="ana")).event
    there = Origin("desk-b", 9, "b" * 64, "a" * 64)
    theirs = replace(mine, event_id=demo.ledger.next_id(1), origin=there)
    demo.ledger.record(theirs, recorded_at=demo.clock.now())
    last = demo.last_record("ana")
    assert last is not None
    assert last.event_id == mine.event_id
