"""Between trainings the chances of a desk's card are moved to what came; the ledger says so, and there is a way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from deskcollect.desk.cards import challenger, recalibration, training, weighing
from deskcollect.desk.cards.challenger import LEAST
from deskcollect.desk.cards.lessons import Lessons
from deskcollect.desk.desk import Desk
from deskcollect.errors import BadUse
from deskcollect.scoring.card import Card, load, sealed
from deskcollect.scoring.card_check import fault

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)


def made(taught: Lessons, champion: Card | None = None) -> challenger.Challenger:
    return recalibration.recalibrated(champion or load(), taught, "2026.10.05", say=lambda _: None)


def shifted(real: pl.DataFrame, n: int, by: float, champion: Card | None = None) -> Lessons:
    """Return accounts that go bad as the card says, but for its level; half of them are seen later."""
    rows = real.head(n)
    z = weighing.of_card(champion or load(), rows) + by
    bad = np.random.default_rng(5).random(n) < 1 / (1 + np.exp(-z))
    days = [SEPTEMBER if k % 2 else AUGUST for k in range(n)]
    return Lessons(rows, pl.Series("bad", bad).cast(pl.Int8), pl.Series("seen_on", days))


@pytest.mark.parametrize("n", [200, 3000])
def test_the_level_moves_to_what_came(real: pl.DataFrame, n: int) -> None:
    found = made(shifted(real, n, -1.2))
    assert found.passes, found.conditions
    told = found.card.figures
    assert told["mean"]["chance"] < told["champion"]["chance"]
    assert told["mean"]["log_loss"] < told["champion"]["log_loss"]
    assert told["judged"]["outcomes"] == n // 2
    assert ("slope" in found.how) == (n // 2 >= 300), "the spread moves from 300 outcomes on"
    assert not fault(found.card)


def test_the_order_of_the_accounts_stays(real: pl.DataFrame) -> None:
    before, after = weighing.of_card(load(), real), weighing.of_card(made(shifted(real, 3000, -1.2)).card, real)
    order = np.argsort(before)
    assert np.diff(after[order]).min() > -0.03, "but for the rounding of points"


def test_a_card_that_is_right_already_is_left_alone(real: pl.DataFrame) -> None:
    found = made(shifted(real, 3000, 0.0))
    assert "lower log loss" in {each.name for each in found.conditions if not each.met}


def test_it_says_what_it_was_made_from(real: pl.DataFrame) -> None:
    card = made(shifted(real, 3000, -1.2)).card
    assert (card.id, card.version) == ("own", "1.0-2026.10.05")
    assert card.trained_on["champion"] == load().stamp
    assert card.trained_on["accounts"] == load().trained_on["accounts"], "its points were fitted there still"
    assert card.trained_on["learnt_until"] == "2026-08-31"
    again = made(shifted(real, 3000, 1.5, card), card).card
    assert (again.id, again.version) == ("own", "1.0-2026.10.05"), "the day is said once"


def test_no_outcome_moves_a_card_twice(real: pl.DataFrame) -> None:
    taught = shifted(real, 3000, -1.2)
    card = made(taught).card
    second = made(taught, card)
    assert second.learnt + second.judged == 1500, "those of August are in it already"
    with pytest.raises(BadUse, match="has learnt from all outcomes that there are, until 2026-09-30"):
        made(taught, second.card)


def test_a_card_that_garbles_until_when_it_learnt_is_taken_as_one_that_does_not_say(real: pl.DataFrame) -> None:
    taught = shifted(real, 400, -1.2)
    for told in ("soon", 7):
        card = sealed(replace(load(), trained_on={"learnt_until": told}))
        assert made(taught, card).learnt == 200


@pytest.mark.parametrize("n", [1, LEAST, 2 * LEAST - 2])
def test_too_few_outcomes_move_nothing(real: pl.DataFrame, n: int) -> None:
    with pytest.raises(BadUse, match="too few to move the chances by"):
        made(shifted(real, n, -1.2))


def test_outcomes_of_one_kind_move_the_level_as_far_as_the_prior_lets_them(real: pl.DataFrame) -> None:
    taught = shifted(real, 400, -1.2)
    good = Lessons(taught.features, pl.Series("bad", [0] * 400, pl.Int8), taught.seen_on)
    found = made(good)
    assert found.passes
    assert 0 < found.card.figures["mean"]["chance"] < found.card.figures["champion"]["chance"]


# --- at a desk ---------------------------------------------------------------------------------------------------------


def test_a_person_lets_it_score_and_takes_it_back(demo: Desk) -> None:
    found = recalibration.of_desk(demo, say=lambda _: None)
    before = demo.load().table["card"][0]
    recalibration.promote(demo, found, by="lea")
    assert demo.load().table["card"][0] == found.card.stamp
    event = demo.ledger.events(demo.zone).filter(pl.col("code") == "CARD").collect().row(-1, named=True)
    told = demo.ledger.get(event["event_id"])
    assert told is not None
    assert (told.by, set(told.data["gate"])) == ("lea", {each.name for each in found.conditions})
    demo.shelf.rollback(by="lea", now=demo.clock.now())
    assert demo.load().table["card"][0] == before


def test_what_the_gate_refuses_is_not_promoted(demo: Desk, real: pl.DataFrame) -> None:
    found = made(shifted(real, 3000, 0.0))
    with pytest.raises(BadUse, match=r"The gate refuses the card own-1\.0-2026\.10\.05"):
        recalibration.promote(demo, found, by="lea")
    assert demo.shelf.history() == ()


def test_a_challenger_made_before_waits_in_vain_afterwards(demo: Desk) -> None:
    training.keep(demo, training.of_desk(demo, say=lambda _: None))
    recalibration.promote(demo, recalibration.of_desk(demo, say=lambda _: None), by="lea")
    demo.load()
    with pytest.raises(Exception, match="judged against another card"):
        training.waiting(demo)


def test_a_desk_of_one_book_says_that_it_cannot_tell(demo: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Desk, "dates", (date(2026, 9, 30),))
    with pytest.raises(BadUse, match="do not say what became"):
        recalibration.of_desk(demo, say=lambda _: None)
