"""Who has a customer, in the words of both doors."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from deskcollect.present.claims import has_customer
from deskcollect.records import Claim
from deskcollect.settings import Settings

TODAY = date(2026, 9, 30)
TAKEN = datetime(2026, 9, 30, 2, 42, tzinfo=UTC)
UNTIL = datetime(2026, 9, 30, 2, 57, tzinfo=UTC)
TOLD = Settings(
    name="north", time_zone="Asia/Taipei", desk_id="id-north", team={"north": "id-north", "front": "id-front"}
)


@pytest.mark.parametrize(
    ("by", "desk", "said"),
    [
        ("ben", "id-north", "ben has this customer until 10:57"),
        ("ben", "id-front", "ben at front has this customer until 10:57"),
        ("ana", "id-front", "ana at front has this customer until 10:57"),
        ("ben", "id-of-nobody", "ben has this customer until 10:57"),
        ("ana", "id-of-nobody", "ana at another desk has this customer until 10:57"),
    ],
)
def test_who_has_them_where_and_until_when_on_the_desks_clock(by: str, desk: str, said: str) -> None:
    assert has_customer(Claim("C1", by, desk, TAKEN, UNTIL), TOLD, TODAY, "ana") == said


def test_another_day_is_named() -> None:
    claim = Claim("C1", "ben", "id-north", TAKEN, UNTIL)
    assert has_customer(claim, TOLD, date(2026, 9, 29), "ana") == "ben has this customer until 30 Sep 10:57"


def test_what_another_desk_calls_itself_reaches_no_terminal_raw() -> None:
    claim = Claim("C1", "b\x1b[31men" + "n" * 99, "id-north", TAKEN, UNTIL)
    said = has_customer(claim, TOLD, TODAY, "ana")
    assert "\x1b" not in said
    assert len(said) < 60
