"""A desk's newest book held against its first and against the card's training."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from deskcollect import frames
from deskcollect.desk import make
from deskcollect.desk.cards import drift, model
from deskcollect.desk.desk import SNAPSHOTS, Desk
from deskcollect.errors import BadBook, BadUse
from deskcollect.policy.load import load
from deskcollect.portfolio import snapshots
from deskcollect.scoring.card import sealed
from deskcollect.scoring.features import features
from deskcollect.vocabulary import AlertLevel
from tests.desk.builders import AS_OF, Tables, account, book, desk_of
from tests.desk.test_judge import without_counts

CARD = model.load("default")


def test_a_desk_is_held_against_its_first_book_and_the_cards_training(demo: Desk) -> None:
    found = drift.of_desk(demo, CARD)
    first, training = found.comparisons
    assert (first.against, first.on, training.against, training.on) == ("first", demo.dates[0], "training", None)
    assert (found.as_of, found.count, found.alone) == (demo.dates[-1], 400, False)
    assert training.drift.counts == (20064, 400)
    assert training.drift.score is not None
    assert training.drift.score.psi > 0
    assert first.statements is not None
    for each in found.comparisons:
        change = each.drift.means[1] - each.drift.means[0]
        assert each.drift.mix + sum(shift.points for shift in each.drift.shifts) == pytest.approx(change)


def test_the_mean_score_is_that_of_a_book_that_is_scored(demo: Desk) -> None:
    found = drift.of_desk(demo, CARD)
    read = snapshots.read(demo.folder / SNAPSHOTS, demo.dates[-1])
    scored = make.score_book(read, load(), with_reasons=False).collect()["score"].to_numpy()
    assert found.comparisons[0].drift.means[1] == pytest.approx(scored.mean(), abs=0.5)


def test_the_gravest_alarm_is_that_of_the_whole(demo: Desk) -> None:
    first = drift.of_desk(demo, CARD).comparisons[0]
    levels = {s.stability.level for s in first.drift.shifts if s.stability}
    assert AlertLevel.RED in levels
    assert first.level == AlertLevel.RED
    calm = replace(first.drift, shifts=tuple(s for s in first.drift.shifts if not s.stability), score=None)
    assert replace(first, drift=calm).level is None


def test_a_book_equal_to_the_first_has_not_moved(demo: Desk) -> None:
    read = replace(snapshots.read(demo.folder / SNAPSHOTS, demo.dates[0]), as_of=AS_OF.replace(year=2027))
    first = drift.of_book(read, CARD, demo).comparisons[0]
    assert first.level is None
    assert first.drift.score is not None
    assert first.drift.score.psi == 0.0
    assert {shift.points for shift in first.drift.shifts} == {0.0}


def test_the_scores_of_the_training_are_no_drift_and_a_card_may_lack_them(demo: Desk) -> None:
    made = features(frames.Cycles(demo.standing(demo.dates[-1]).cycles.lazy())).collect()
    found = drift.of_desk(demo, drift.with_scores(CARD, made)).comparisons[-1].drift.score
    assert found is not None
    assert (found.psi, found.level) == (0.0, None)
    assert drift.of_desk(demo, sealed(replace(CARD, scores=None))).comparisons[-1].drift.score is None


def test_a_desk_with_one_book_has_only_the_training_to_be_held_against(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Tables([account("A"), account("B", days_past_due=0, past_due=0)]))
    found = drift.of_desk(desk, CARD)
    assert (found.alone, [each.against for each in found.comparisons]) == (True, ["training"])
    assert found.comparisons[0].level is None
    assert drift.of_desk(desk, without_counts(CARD)).comparisons == ()
    shutil.rmtree(desk.folder / SNAPSHOTS)
    with pytest.raises(BadUse, match="no book yet"):
        drift.of_desk(desk, CARD)
    desk.close()


def test_a_book_alone_needs_no_desk_and_no_statements(tmp_path: Path) -> None:
    found = drift.of_book(book(tmp_path, Tables([account(f"A{n}") for n in range(60)])), CARD)
    (training,) = found.comparisons
    unknown = [shift for shift in training.drift.shifts if not shift.known_after]
    assert len(unknown) > 10
    assert all(shift.stability is None for shift in unknown)
    assert training.level == AlertLevel.RED  # all of them are past due


def test_a_snapshot_that_was_changed_is_refused(demo: Desk) -> None:
    file = demo.folder / SNAPSHOTS / demo.dates[0].isoformat() / "accounts.parquet"
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(BadBook, match="damaged"):
        drift.of_desk(demo, CARD)
