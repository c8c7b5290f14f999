"""Restrictions in words, where the demo desk has none like them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from deskcollect.desk.decisions.release import Estimate, Rebreach, Restriction, Review
from deskcollect.present.lines import plain
from deskcollect.present.restrictions import RestrictionWords
from deskcollect.records import Event
from deskcollect.vocabulary import EventKind, RestrictionKind, RestrictionState
from tests.present.conftest import Told

SINCE = date(2026, 9, 2)
STANDS = Restriction(
    id="E1",
    account_id="A1",
    customer_id="C1",
    kind=RestrictionKind.LIMIT_CUT,
    reason="CASH3",
    state=RestrictionState.ACTIVE,
    imposed_by="mei",
    imposed_on=SINCE,
    review_on=date(2027, 1, 14),
    review_said=False,
    limit=Decimal(40000),
    currency="TWD",
    since=SINCE,
    signed_by="jo",
)
GONE = Review(STANDS, None, None, Estimate(0, 0), None)


@pytest.fixture
def words(told: Told) -> RestrictionWords:
    """Return the words of the demo desk."""
    return RestrictionWords(told.voice, told.desk.policies, told.desk.zone)


@pytest.mark.parametrize(
    ("estimate", "said"),
    [
        (Estimate(23, 0, 134, 96, 160), "134 days from the start (96-160, n 23 lifted CASH3 cases)"),
        (
            Estimate(11, 4, 92, 70, 118),
            "92 days from the start (70-118, n 11 lifted CASH3 cases, 4 still in force)",
        ),
        (Estimate(6, 2), "no estimate (n 6)"),
    ],
)
def test_below_ten_cases_there_is_no_number(words: RestrictionWords, estimate: Estimate, said: str) -> None:
    assert words.estimate(estimate, "CASH3") == said


def test_what_came_back_names_the_signals(words: RestrictionWords) -> None:
    fired = Rebreach("A1", date(2026, 9, 1), date(2026, 9, 30), ("cash-advances",))
    assert words.rebreach(fired) == "Re-breach: Cash advances again, 29 days after the lift of 1 Sep."
    both = replace(fired, restriction="E9")
    assert words.rebreach(both) == (
        "Re-breach: Restricted again; Cash advances again, 29 days after the lift of 1 Sep."
    )


def test_an_account_that_left_the_book_is_told_so(words: RestrictionWords) -> None:
    said = [plain(line) for line in words.review(GONE, 80)]
    assert said[0] == "Limit cut 40,000 since 2 Sep (mei, lead jo)"
    assert "! The account is not in the newest book: nothing can be looked at." in said
    assert words.ready(GONE) == "?"
    assert words.state(GONE)[0] == "not in the book"


def test_evidence_of_a_rule_that_is_gone_shows_its_values(words: RestrictionWords) -> None:
    event = Event("E1", EventKind.RESTRICTION, "A1", "C1", datetime(2026, 9, 2, tzinfo=UTC), "mei", "impose")
    seen = type("Seen", (), {"rule": "old-rule", "seen_on": SINCE, "values": {"dpd": 31}})
    hostile = replace(STANDS, evidence=(seen,), events=(event,))  # type: ignore[arg-type]  # it looks like evidence
    assert words.evidence(hostile) == ["old-rule: dpd 31 (seen 2 Sep)"]
    assert [plain(line) for line in words.history(hostile)] == [" 2 Sep 08:00 mei    imposed"]


def test_hidden_characters_of_another_desk_are_shown(words: RestrictionWords) -> None:
    hostile = replace(STANDS, imposed_by="a\x1b[31m", reason="X\u202e")
    said = "".join(plain(line) for line in words.review(replace(GONE, restriction=hostile), 80))
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_a_review_that_has_passed_is_late(words: RestrictionWords) -> None:
    late = replace(GONE, restriction=replace(STANDS, review_on=date(2026, 9, 1)))
    assert words.review_day(late) == "Tue 1 Sep late"
    assert late.is_due(date(2026, 9, 30))
