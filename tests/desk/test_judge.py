"""Cards held against what became of the accounts, of small books and of the real one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from deskcollect import resources
from deskcollect.desk import make
from deskcollect.desk.cards import judge, model
from deskcollect.desk.cards.judge import Judged, Judgement
from deskcollect.errors import BadBook
from deskcollect.policy.load import load
from deskcollect.records import Figure
from deskcollect.scoring.card import Card, sealed
from deskcollect.settings import Settings
from tests.desk.builders import AS_OF, BO, Tables, account, book

TAIWAN = resources.sample_data() / "taiwan"
POLICIES = load()
CARD = model.load("default")


def without_counts(card: Card) -> Card:
    """Return a card that does not say in which bins its training accounts stood."""
    return sealed(
        replace(
            card,
            characteristics=tuple(
                replace(c, bins=tuple(replace(each, counts=None, bads=None) for each in c.bins))
                for c in card.characteristics
            ),
        )
    )


@pytest.fixture(scope="module")
def real() -> Judgement:
    """Judge the bundled card on the real book, beside a card that thinks every chance half as high."""
    other = sealed(replace(CARD, id="other", intercept=CARD.intercept - 700))
    read = make.read_book(TAIWAN)
    return judge.judge(read, TAIWAN / "outcomes.parquet", POLICIES, [CARD, other], Settings())


def judged(folder: Path, bads: dict[str, int], cards: tuple[Card, ...] = (CARD,), **late: int) -> Judgement:
    """Judge a book of accounts so many days late, with outcomes of some of them."""
    rows = [account(name, days_past_due=days, past_due=1000 if days else 0) for name, days in late.items()]
    path = folder / "outcomes.csv"
    path.write_text("account_id,bad\n" + "".join(f"{name},{bad}\n" for name, bad in bads.items()))
    return judge.judge(book(folder / "book", Tables(rows)), path, POLICIES, cards, Settings())


def group(found: Judged, kind: str, name: str) -> judge.Group:
    """Return one group."""
    return next(each for each in found.groups if (each.kind, each.name) == (kind, name))


def test_the_real_book_is_known_as_the_cards_own_training(real: Judgement) -> None:
    first, second = real.cards
    assert (first.seen, second.seen) == ("same", "same")
    assert (real.book_count, first.whole.count, first.whole.bad_count, real.left_out) == (20064, 20064, 4452, 0)
    area = first.whole.figures["auc"]
    assert area is not None
    assert 0.775 < area.low < area.value < area.high < 0.80


def test_a_part_of_the_training_is_not_taken_for_the_whole() -> None:
    read = make.read_book(TAIWAN)
    some = replace(read, tables={**read.tables, "accounts": read.tables["accounts"].head(3000)})
    found = judge.judge(some, TAIWAN / "outcomes.parquet", POLICIES, [CARD], Settings())
    assert found.cards[0].seen == ""
    assert found.left_out == 20064 - 3000


def test_a_card_that_counts_no_bins_still_tells_how_many_it_saw(real: Judgement) -> None:
    read = real.book
    found = judge.judge(read, TAIWAN / "outcomes.parquet", POLICIES, [without_counts(CARD)], Settings())
    assert found.cards[0].seen == "alike"


def test_groups_are_the_segments_and_the_tiers_that_score_would_give(real: Judgement) -> None:
    scored = make.score_book(real.book, POLICIES, with_reasons=False).collect()
    tiers = dict(scored["tier"].cast(pl.String).value_counts().rows())
    assert {g.name: g.count for g in real.cards[0].groups if g.kind == "tier"} == tiers
    assert {g.name: g.count for g in real.cards[0].groups if g.kind == "segment"} == {
        "not past due": 15468,
        "past due": 4596,
    }
    assert real.cards[0].whole.chance == pytest.approx(scored["prob_default"].to_numpy().mean())
    assert [(g.kind, g.name, g.count) for g in real.cards[1].groups] == [
        (g.kind, g.name, g.count) for g in real.cards[0].groups
    ]


def test_a_card_that_only_misses_the_level_orders_alike_and_is_worse_by_its_chances(real: Judgement) -> None:
    whole = real.differences[0].figures
    assert whole["auc"] == Figure(0.0, 0.0, 0.0)
    assert whole["log_loss"].high < 0.0
    assert whole["brier"].high < 0.0
    first, second = (each.whole.figures for each in real.cards)
    for name in ("slope", "ks", "lift"):
        one, other = first[name], second[name]
        assert one is not None
        assert other is not None
        assert one.value == pytest.approx(other.value)
    moved = second["intercept"]
    assert moved is not None
    assert moved.low > 0.5


def test_the_pictures_hold_the_same_numbers_as_the_measures(real: Judgement) -> None:
    found = real.cards[0]
    lift = found.whole.figures["lift"]
    assert lift is not None
    assert found.gains[10] == pytest.approx(0.1 * lift.value)
    assert sum(each.count for each in found.bands) == 20064
    assert sum(each.count * each.bad_rate.value for each in found.bands) == pytest.approx(4452)
    assert sum(each.good for each in found.scores) == pytest.approx(1.0)
    assert sum(each.bad for each in found.scores) == pytest.approx(1.0)
    assert [each.start for each in real.cards[1].scores] == [each.start for each in found.scores]


def test_a_book_without_statements_is_judged_by_what_it_knows(tmp_path: Path) -> None:
    found = judged(tmp_path, {"A": 0, "B": 1, "C": 0, "D": 1}, A=0, B=70, C=0, D=0).cards[0]
    assert found.coverage < 0.5
    area = found.whole.figures["auc"]
    assert area is not None
    assert area.value == 0.75
    assert group(found, "segment", "past due").figures == {}
    assert group(found, "segment", "past due").bad_rate.value == 1.0


def test_accounts_without_an_outcome_take_no_part(tmp_path: Path) -> None:
    found = judged(tmp_path, {"A": 0, "B": 1, "X": 1}, A=0, B=70, C=0)
    assert (found.book_count, found.cards[0].whole.count, found.left_out) == (3, 2, 1)


@pytest.mark.parametrize(("became", "word"), [(0, "good"), (1, "bad")])
def test_outcomes_that_are_all_the_same_judge_nothing(tmp_path: Path, became: int, word: str) -> None:
    with pytest.raises(BadBook, match=f"All 2 outcomes of outcomes.csv that count are {word}") as error:
        judged(tmp_path, {"A": became, "B": became}, A=0, B=70)
    assert error.value.remedy


def test_the_same_card_twice_differs_by_nothing_in_any_group(tmp_path: Path) -> None:
    names = {f"A{n}": 40 * (n % 3) for n in range(12)}
    found = judged(tmp_path, {name: int(name[1:]) % 2 for name in names}, (CARD, CARD), **names)
    figures = [figure for each in found.differences for figure in each.figures.values()]
    assert figures
    assert set(figures) == {Figure(0.0, 0.0, 0.0)}


def test_desk_settings_say_which_column_is_the_outcome(tmp_path: Path) -> None:
    read = book(tmp_path / "book", Tables([account("A"), account("B", BO, days_past_due=0, past_due=0)]), AS_OF)
    path = tmp_path / "became.csv"
    path.write_text("account_id,GB\nA,1\nB,0\n")
    with pytest.raises(BadBook, match="no column bad"):
        judge.judge(read, path, POLICIES, [CARD], Settings())
    found = judge.judge(read, path, POLICIES, [CARD], Settings(columns={"GB": "bad"}))
    assert found.cards[0].whole.bad_count == 1
