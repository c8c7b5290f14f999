"""What recorded facts weigh is learnt from what became of the accounts, and stands in the card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from deskcollect import frames
from deskcollect.desk.cards import lessons
from deskcollect.desk.cards.lessons import Lessons
from deskcollect.desk.cards.weighing import chances, weighed
from deskcollect.desk.desk import Desk
from deskcollect.policy.load import load as load_policies
from deskcollect.records import Entry
from deskcollect.scoring.card import Card, Learnt, load, sealed
from deskcollect.scoring.features import features
from tests.desk.builders import ANA, BO, Tables, account, desk_of, statements

SEEN = date(2026, 9, 30)
POLICIES = load_policies()
IDS = [effect.id for effect in POLICIES.effects]


def taught(count: int, *, declined: float, seed: int = 1) -> Lessons:
    """Return accounts without statements, of which some declined to pay; that makes them worse by so much log odds."""
    rng = np.random.default_rng(seed)
    empty = features(frames.Cycles(frames.empty(frames.CYCLES))).collect()
    rows = pl.DataFrame({"account_id": [f"A{k}" for k in range(count)]}).join(empty, on="account_id", how="left")
    refused = (rng.random(count) < 0.5).astype(float)
    bad = rng.random(count) < 1 / (1 + np.exp(1.0 - declined * refused))
    recorded = pl.DataFrame({name: refused if name == "declined" else np.zeros(count) for name in IDS})
    return Lessons(rows, pl.Series("bad", bad).cast(pl.Int8), pl.Series("seen_on", [SEEN] * count), recorded, POLICIES)


def test_the_weight_is_what_the_outcomes_say_and_only_facts_that_stood_are_on_the_card() -> None:
    of = taught(20_000, declined=1.2)
    card = weighed(load(), of)
    (learnt,) = card.effects
    assert (learnt.effect, learnt.prior) == ("declined", -400)
    assert learnt.count == (of.recorded["declined"] > 0).sum()
    assert learnt.weight == pytest.approx(-1200, abs=100)
    assert chances(card, of).mean() == pytest.approx(of.bad.to_numpy().mean(), abs=0.005)


def test_few_outcomes_leave_the_weight_nearer_to_the_prior_than_to_what_they_say() -> None:
    (learnt,) = weighed(load(), taught(20, declined=3.0)).effects
    assert 0 < learnt.prior - learnt.weight < (learnt.prior + 3000) / 2


def test_without_any_recorded_fact_the_card_keeps_its_points_and_level() -> None:
    of = taught(100, declined=0.0)
    nothing = replace(of, recorded=of.recorded.with_columns(pl.all() * 0.0))
    assert weighed(load(), nothing) == load()


def test_what_is_recorded_counts_up_to_the_bound() -> None:
    of = taught(50, declined=0.0)
    often = replace(of, recorded=of.recorded.with_columns(declined=pl.lit(1000.0)))
    card = load()
    odds = [
        np.log(found / (1 - found)) for found in (chances(card, replace(often, written=None)), chances(card, often))
    ]
    assert odds[1] - odds[0] == pytest.approx(np.full(50, POLICIES.effect_bound))


def test_nothing_that_was_recorded_after_a_book_teaches(demo: Desk) -> None:
    before = lessons.of_desk(demo)
    assert before.recorded.columns == [effect.id for effect in demo.written.effects]
    assert before.recorded.sum_horizontal().sum() > 0
    day = demo.load()
    told = before.features["account_id"].unique().sort()
    for account_id in told.head(5):
        demo.record(day, Entry(account_id, "RP", "ana"))
    after = lessons.of_desk(demo)
    assert after.recorded.equals(before.recorded)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk of two customers; one of them declined to pay."""
    tables = Tables(
        [account("A1", ANA), account("B1", BO)], [*statements("A1", *[500] * 6), *statements("B1", *[500] * 6)]
    )
    found = desk_of(tmp_path, tables)
    found.record(found.load(), Entry("A1", "RP", "ana"))
    return found


def own(*learnt: Learnt) -> Card:
    """Return the bundled card with weights that a desk learnt."""
    return sealed(replace(load(), id="own", effects=learnt))


def scores(desk: Desk) -> dict[str, int]:
    """Return the score of each account."""
    return dict(desk.load().table.select("account_id", "score").iter_rows())


def test_a_promoted_card_brings_its_weights_and_a_rollback_takes_them_back(desk: Desk) -> None:
    before = scores(desk)
    desk.shelf.promote(own(Learnt("declined", -1400, -400, 60)), by="jo", now=desk.clock.now(), gated={})
    after = scores(desk)
    assert after["B1"] == before["B1"]
    assert after["A1"] == pytest.approx(before["A1"] - 1.0 * 20 / np.log(2), abs=1)
    assert scores(desk) == after
    desk.shelf.rollback(by="jo", now=desk.clock.now())
    assert scores(desk) == before
