"""A card of one's own: made from outcomes, judged against the present one, promoted by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from deskcollect.desk.cards import challenger, training
from deskcollect.desk.cards.challenger import CHARACTERISTICS, Challenger, Wish, challenge
from deskcollect.desk.cards.lessons import TARGET, Lessons
from deskcollect.desk.cards.training import characteristics, promote, waiting
from deskcollect.desk.desk import Desk
from deskcollect.errors import BadBook, BadCard, BadUse
from deskcollect.scoring.adapt import adapt
from deskcollect.scoring.card import Bin, Card, Characteristic, dump, load, sealed
from deskcollect.scoring.features import AMOUNTS, BY_NAME
from deskcollect.scoring.narrow import narrowed
from deskcollect.scoring.recalibrate import Shift, recalibrated

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)


def lender(real: pl.DataFrame, n: int, *, one_day: bool = False, seed: int = 1) -> Lessons:
    """Return accounts that go bad by what they leave unpaid, half of them seen later."""
    rows = real.head(n)
    z = -2.5 + 0.7 * rows["unpaid_months"].to_numpy() + 1.2 * (rows["cycles_now"].to_numpy() >= 1)
    bad = np.random.default_rng(seed).random(n) < 1 / (1 + np.exp(-z))
    days = [SEPTEMBER if one_day or k % 2 else AUGUST for k in range(n)]
    return Lessons(rows, pl.Series("bad", bad).cast(pl.Int8), pl.Series("seen_on", days))


def made(taught: Lessons, champion: Card | None = None, wish: Wish | None = None) -> Challenger:
    said: list[str] = []
    found = challenge(champion or load(), taught, wish or Wish("1"), "tests", TARGET, say=said.append)
    assert said, "whoever waits is told what is done"
    return found


def test_with_enough_outcomes_the_points_move_and_the_gate_lets_it_through(real: pl.DataFrame) -> None:
    found = made(lender(real, 6000))
    assert found.passes, found.conditions
    assert "points of default-1.0" in found.how
    assert found.card.trained_on["champion"] == load().stamp
    assert found.card.figures["mean"]["log_loss"] < found.card.figures["champion"]["log_loss"]
    assert found.card.target == TARGET


def test_with_few_outcomes_only_the_level_moves(real: pl.DataFrame) -> None:
    found = made(lender(real, 400))
    assert found.how.startswith("recalibrated by")
    assert not found.passes


def test_outcomes_of_one_day_are_judged_but_never_pass(real: pl.DataFrame) -> None:
    found = made(lender(real, 6000, one_day=True))
    assert [each.name for each in found.conditions if not each.met] == ["outcomes later than the training"]


def test_no_account_both_teaches_and_judges_where_all_outcomes_are_of_one_day(real: pl.DataFrame) -> None:
    learn, judge = lender(real, 1000, one_day=True).split()
    assert not set(learn.features["account_id"]) & set(judge.features["account_id"])
    assert len(learn) + len(judge) == 1000


@pytest.mark.parametrize("kind", [0, 1])
def test_outcomes_of_one_kind_teach_nothing(real: pl.DataFrame, kind: int) -> None:
    taught = lender(real, 500)
    same = Lessons(taught.features, pl.Series("bad", [kind] * 500, pl.Int8), taught.seen_on)
    with pytest.raises(BadBook, match=f"All 500 outcomes are {'bad' if kind else 'good'}"):
        made(same)


def test_only_the_characteristics_that_are_wanted_come_on_the_card(real: pl.DataFrame) -> None:
    kept = characteristics([], ["unpaid_months", "cycles_now"])
    card = made(lender(real, 3000), wish=Wish("1", kept=kept)).card
    names = {each.name for each in card.characteristics}
    assert names == {each.name for each in load().characteristics} - {"unpaid_months", "cycles_now"}
    assert card.trained_on["left_out"] == ["cycles_now", "unpaid_months"]
    assert card.segment == load().segment
    few = made(lender(real, 300), wish=Wish("1", kept=kept)).card
    assert {each.name for each in few.characteristics} == names, "also where only the level moves"


def test_characteristics_that_the_present_card_has_not_need_many_outcomes(real: pl.DataFrame) -> None:
    own = {each.name for each in load().characteristics}
    others = [name for name in CHARACTERISTICS if name not in own]
    assert others
    with pytest.raises(BadUse, match="has none of those characteristics, and 1,500 outcomes make no new card"):
        made(lender(real, 3000), wish=Wish("1", kept=others))


@pytest.mark.parametrize(
    ("only", "without", "said"),
    [
        (["age"], [], "--only age: age is a protected attribute, which no card may use."),
        ([], ["use_now", "客户性别"], r"--without 客户性别: 客户性别 is a protected attribute \(sex\), which no card"),
        (["use_nw"], [], "--only use_nw is no characteristic."),
        (["use_now"], ["use_max"], "cannot both be said"),
        ([], list(BY_NAME), "leaves no characteristic"),
    ],
)
def test_what_no_card_can_be_made_of_is_refused_by_name(only: list[str], without: list[str], said: str) -> None:
    with pytest.raises(BadUse, match=said):
        characteristics(only, without)


def test_a_card_from_scratch_takes_its_place_where_it_is_better(
    real: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenger, "SCRATCH_FROM", 2000)
    poor = narrowed(load(), ["use_slope", "use_change"])
    found = made(lender(real, 6000), poor)
    assert found.how == "fitted from scratch"
    assert "unpaid_months" in {each.name for each in found.card.characteristics}
    assert found.passes, found.conditions
    new = made(lender(real, 6000), poor, Wish("1", kept=["unpaid_months", "cycles_now"]))
    assert {each.name for each in new.card.characteristics} <= {"unpaid_months", "cycles_now"}


def test_a_card_from_scratch_that_cannot_be_made_leaves_the_other(
    real: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object) -> Card:
        raise ValueError("no feature tells the bad from the good")

    monkeypatch.setattr(challenger, "SCRATCH_FROM", 2000)
    monkeypatch.setattr(challenger, "_fitted", nothing)
    assert made(lender(real, 6000)).how.startswith("points of default-1.0")
    poor = narrowed(load(), ["use_slope"])
    with pytest.raises(BadUse, match="None of those characteristics tells"):
        made(lender(real, 6000), poor, Wish("1", kept=["unpaid_months"]))


def test_a_card_may_begin_from_another_than_the_champion_and_is_judged_against_the_champion(real: pl.DataFrame) -> None:
    other = replace(recalibrated(load(), Shift(0.4, 1.0, 400), version="2"), id="theirs")
    new = made(lender(real, 3000), wish=Wish("1", base=other))
    assert new.how.startswith("points of theirs-2+")
    assert new.card.trained_on["champion"] == load().stamp


def test_amounts_come_on_a_card_where_they_are_wanted_or_the_card_to_begin_from_has_them(real: pl.DataFrame) -> None:
    assert not {feature.name for feature in AMOUNTS} & set(characteristics([], ["use_now"]))
    assert {feature.name for feature in AMOUNTS} < set(characteristics([], ["use_now"], amounts=True))
    assert characteristics(["limit_to_usual"], []) == ("limit_to_usual",)
    bins = (Bin(None, 1.0, (200, 200)), Bin(1.0, None, (-200, -200)))
    amount = Characteristic("limit_to_usual", (0, 0), (0, 0), bins)
    base = sealed(replace(load(), characteristics=(*load().characteristics, amount)))
    taught = lender(real, 3000)
    assert "limit_to_usual" in {c.name for c in made(taught, base).card.characteristics}
    plain = made(taught, base, Wish("1", kept=characteristics([], ["use_max"]))).card
    assert "limit_to_usual" not in {c.name for c in plain.characteristics}


def test_it_is_said_where_the_present_card_knows_these_very_accounts(real: pl.DataFrame) -> None:
    told: list[str] = []
    taught = lender(real, 3000)
    whole = adapt(load(), taught.features, taught.bad, name="own", version="1")
    challenge(whole, taught, Wish("1"), "tests", TARGET, say=told.append)
    assert any("was fitted on these very accounts" in each for each in told)


def test_twelve_outcomes_teach_nothing(real: pl.DataFrame) -> None:
    with pytest.raises(BadUse, match="12 outcomes"):
        made(lender(real, 12))


def test_a_card_too_good_to_be_true_is_taken_for_leakage(real: pl.DataFrame) -> None:
    taught = lender(real, 6000)
    leaked = taught.features.with_columns(unpaid_months=pl.Series(taught.bad.cast(pl.Float64) * 6))
    with pytest.raises(BadUse, match="unpaid_months"):
        made(Lessons(leaked, taught.bad, taught.seen_on))


# --- at a desk ---------------------------------------------------------------------------------------------------------


def kept(desk: Desk, card: Card) -> None:
    path = training.path(desk)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(dump(card))


def test_the_books_of_a_desk_make_a_challenger_that_waits(demo: Desk) -> None:
    found = training.of_desk(demo, say=lambda _: None)
    training.keep(demo, found)
    assert waiting(demo) == found.card
    assert demo.load().table["card"][0] == load().stamp, "nothing scores with it yet"


def test_what_the_gate_refused_cannot_be_promoted(demo: Desk) -> None:
    training.keep(demo, training.of_desk(demo, say=lambda _: None))
    with pytest.raises(BadUse, match="The gate refuses the card own-"):
        promote(demo, by="lea")
    assert demo.shelf.history() == ()


def test_what_passed_scores_after_a_person_promoted_it(demo: Desk, real: pl.DataFrame) -> None:
    card = made(lender(real, 6000)).card
    kept(demo, card)
    assert promote(demo, by="lea") == card
    assert demo.load().table["card"][0] == card.stamp
    assert not training.path(demo).exists()


def test_a_card_that_was_never_judged_cannot_be_promoted(demo: Desk) -> None:
    kept(demo, recalibrated(load(), Shift(0.1, 1.0, 50), version="1.1", trained_on={"champion": load().stamp}))
    with pytest.raises(BadUse, match="it was not judged"):
        promote(demo, by="lea")


def test_a_card_judged_against_another_champion_waits_in_vain(demo: Desk, real: pl.DataFrame) -> None:
    other = recalibrated(load(), Shift(0.3, 1.0, 50), version="1.1")
    kept(demo, made(lender(real, 6000), other).card)
    with pytest.raises(BadCard, match="judged against another card"):
        promote(demo, by="lea")


def test_where_no_card_waits_there_is_nothing_to_promote(demo: Desk) -> None:
    with pytest.raises(BadUse, match="No card waits"):
        waiting(demo)


@pytest.mark.parametrize("stage", ["deskcollect.scoring.adapt.adapt", "deskcollect.desk.cards.training.dump"])
def test_a_training_that_is_stopped_leaves_the_card_that_waits(
    demo: Desk, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    training.keep(demo, training.of_desk(demo, say=lambda _: None))
    before = training.path(demo).read_bytes()

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stage, stopped)
    with pytest.raises(KeyboardInterrupt):
        training.keep(demo, training.of_desk(demo, say=lambda _: None))
    assert training.path(demo).read_bytes() == before
    assert [each.name for each in training.path(demo).parent.iterdir()] == ["challenger.json"]
