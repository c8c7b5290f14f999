"""The sentences of a policy, filled from one account."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deskcollect.policy import load
from deskcollect.policy.template import parse
from deskcollect.present.sentence import sentence

TODAY = date(2026, 9, 30)
TAIPEI = ZoneInfo("Asia/Taipei")
ROW: dict[str, Any] = {
    "past_due": Decimal("10240.0000"),
    "share": 0.93,
    "broken_on": date(2026, 9, 29),
    "old_on": date(2025, 9, 29),
    "due": date(2026, 10, 2),
    "dpd": 33,
    "usual": 1.5,
    "code": "NA",
    "name": "[red]Eve\x1b[2J",
    "autopay": True,
    "signals": ["a", "b"],
    "called_at": datetime(2026, 9, 30, 2, 42, tzinfo=UTC),
    "late_at": datetime(2026, 9, 30, 18, 30, tzinfo=UTC),
    "unknown": None,
}


def said(text: str, **more: Any) -> str:
    return sentence(parse(text, ROW), ROW, today=TODAY, zone=TAIPEI, labels={"NA": "No answer"}, **more)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Ask for {past_due:money}", "Ask for 10,240"),
        ("Balance is {share:percent} of the limit", "Balance is 93 % of the limit"),
        ("since {broken_on:date}", "since 29 Sep"),
        ("since {old_on:date}", "since 29 Sep 2025"),
        ("Remind: due {due:day}", "Remind: due Fri 2 Oct"),
        ("{dpd} past due", "33 past due"),
        ("{dpd:days} past due", "33 days past due"),
        ("usual {usual:count}", "usual 1.5"),
        ("{code:code} {broken_on:date}", "No answer 29 Sep"),
        ("{past_due}", "10,240"),
        ("{autopay}, {signals}", "yes, a, b"),
        ("no slot", "no slot"),
    ],
)
def test_a_sentence_is_filled(text: str, filled: str) -> None:
    assert said(text) == filled


def test_what_is_not_known_reads_as_a_question_mark() -> None:
    assert said("{unknown:money} of {unknown} on {unknown:day}") == "? of ? on ?"
    assert sentence(parse("{dpd}", ["dpd"]), {}, today=TODAY, zone=TAIPEI) == "?"


def test_decimals_follow_the_currency() -> None:
    assert said("{past_due:money}", digits=2) == "10,240.00"


def test_data_are_literal_and_clean() -> None:
    assert said("{name}") == "[red]Eve\ufffd[2J"


def test_a_form_that_does_not_suit_the_column_does_not_stop_the_desk() -> None:
    assert said("{name:money} {dpd:date} {due:percent}") == "[red]Eve\ufffd[2J 33 2 Oct"


def test_an_instant_is_told_in_the_desk_s_zone() -> None:
    assert said("{called_at}") == "30 Sep 10:42"
    assert said("{called_at:time}, {late_at:time}, {late_at:date}") == "10:42, 1 Oct 02:30, 1 Oct"


def test_every_shipped_sentence_can_be_filled_from_an_account_of_which_nothing_is_known() -> None:
    policies = load.load()
    templates = [why.text for why in policies.whys] + [signal.evidence for signal in policies.signals]
    templates += [part for t in policies.treatments for part in (t.step, t.ask, t.otherwise)]
    assert all("{" not in sentence(template, {}, today=TODAY, zone=TAIPEI) for template in templates)
