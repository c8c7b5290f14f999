"""The whole treatment table: no empty cell, nothing judged by the score alone, every sentence fits."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import east_asian_width

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.policy.condition import compile_condition
from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from deskcollect.policy.template import Slot, Template
from deskcollect.strategy.coverage import FLAGS, PLAIN, by_score_alone, grid
from deskcollect.vocabulary import Tier

STEP_CELLS = 21
TYPICAL = {
    "day": "Fri 2 Oct",
    "date": "2 Oct",
    "money": "102,400",
    "count": "3",
    "code": "Text sent",
    "days": "33 d",
    "time": "30 Sep 14:30",
}
POLICIES = load()


@pytest.fixture(scope="module")
def cells() -> pl.DataFrame:
    """Return the whole grid."""
    return grid(POLICIES)


def test_the_grid_is_every_tier_exposure_stage_and_flag(cells: pl.DataFrame) -> None:
    assert cells.height == 5 * 3 * 3 * len(FLAGS)
    assert cells.select("tier", "exposure", "stage", "flag").is_unique().all()


def test_no_cell_is_left_to_what_no_rule_names(cells: pl.DataFrame) -> None:
    assert cells["treatment"].null_count() == 0
    assert cells.filter(treatment="otherwise").is_empty()


@pytest.mark.parametrize("tier", Tier)
def test_no_tier_is_treated_alike_whatever_the_amount_and_the_delay(tier: Tier, cells: pl.DataFrame) -> None:
    plain = cells.filter(pl.col("tier") == tier.value, pl.col("flag") == PLAIN)
    assert plain["treatment"].n_unique() >= 2
    assert plain.select("channel", "tone").unique().height >= 2


def test_no_treatment_asks_for_the_score_alone(policies: Policies) -> None:
    assert by_score_alone(policies) == ()


def test_a_treatment_by_score_alone_is_found(policies: Policies) -> None:
    by_score = replace(policies.treatments.rules[0], when=compile_condition("tier = 'E' OR score < 500", frames.FACTS))
    table = replace(policies.treatments, rules=(by_score, *policies.treatments.rules[1:]))
    assert by_score_alone(replace(policies, treatments=table)) == (by_score.id,)


def test_the_lowest_risk_is_never_treated_firmly_for_being_late(cells: pl.DataFrame) -> None:
    early = cells.filter(pl.col("tier").is_in(["A", "B"]), pl.col("stage") == "early", pl.col("flag") == PLAIN)
    assert set(early["tone"]) == {"courtesy"}
    assert set(early["owner"]) == {"collector"}


def test_the_highest_risk_is_never_only_written_to_before_it_is_late(cells: pl.DataFrame) -> None:
    risky = cells.filter(pl.col("tier").is_in(["D", "E"]), pl.col("stage") != "late", pl.col("flag") == PLAIN)
    assert set(risky["channel"]) == {"phone"}


def test_every_treatment_of_the_file_is_reached(cells: pl.DataFrame, policies: Policies) -> None:
    elsewhere = {"claims-paid-proof", "placed", "promise-broken-again", "due-now", "otherwise"}
    current = {rule.id for rule in policies.treatments if rule.id.startswith("current")}
    reached = set(cells["treatment"])
    assert {rule.id for rule in policies.treatments} - reached == elsewhere | current


def test_whom_nobody_can_telephone_is_neither_called_nor_sent_a_text(cells: pl.DataFrame, policies: Policies) -> None:
    reached = cells.filter(pl.col("flag").str.starts_with("no-number"))
    assert reached.height == 3 * 5 * 3 * 3
    assert set(reached["channel"]) == {"email", "letter"}
    steps = {rule.id: rule.step.text for rule in policies.treatments}
    assert not [steps[rule] for rule in set(reached["treatment"]) if steps[rule].startswith(("Call", "Text"))]


# --- sentences ---------------------------------------------------------------------------------------------------------------


def filled(template: Template) -> str:
    """Return a sentence with typical values."""
    return "".join(TYPICAL[part.form] if isinstance(part, Slot) else part for part in template.parts)


def width(text: str) -> int:
    """Return the cells that a text takes on a terminal."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


@pytest.mark.parametrize("rule", POLICIES.treatments.rules, ids=lambda rule: rule.id)
def test_a_step_fits_its_column(rule: object) -> None:
    step = filled(rule.step)  # type: ignore[attr-defined]  # parametrize loses the type
    assert 0 < width(step) <= STEP_CELLS, step


def test_what_a_held_account_asks_for_fits_too(policies: Policies) -> None:
    assert [rule.id for rule in policies.holds if width(rule.next) > STEP_CELLS] == []


def test_a_treatment_says_what_follows_if_it_fails(policies: Policies) -> None:
    assert [rule.id for rule in policies.treatments if rule.channel != "none" and not rule.otherwise.text] == []
