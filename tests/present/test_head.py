"""The lines at the top: the fullest wording that fits, and money that adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.desk.summary import TierLine
from deskcollect.present import head
from deskcollect.present.lines import length, plain
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.vocabulary import Tier
from tests.present.conftest import Told

BOOK = date(2026, 9, 30)
NOW = datetime(2026, 9, 30, 10, 42, tzinfo=ZoneInfo("Asia/Taipei"))
STANDING = head.TitleFacts(demo=True, as_of=BOOK, now=NOW, saved=14, ledger="ok", who="ana")


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (120, "book as of Wed 30 Sep 2026 · today Wed 30 Sep 10:42"),
        (80, "as of Wed 30 Sep 2026 · today 10:42"),
        (60, "Wed 30 Sep · 10:42"),
    ],
)
def test_the_title_says_as_much_as_fits(width: int, said: str) -> None:
    title = head.title(STANDING, width)
    assert said in plain(title)
    assert length(title) == width
    assert plain(title).endswith("ledger ok · ana ")
    assert "…" not in plain(title)


def test_another_day_than_the_books_is_always_said() -> None:
    later = replace(STANDING, demo=False, now=NOW.replace(day=2, month=10))
    for width in (120, 80):
        assert "Fri 2 Oct 10:42" in plain(head.title(later, width))
        assert "days old" not in plain(head.title(later, width))


def test_how_far_transactions_are_known_is_said_where_there_is_room() -> None:
    told = replace(STANDING, further="transactions to Fri 2 Oct")
    assert "book as of Wed 30 Sep 2026, transactions to Fri 2 Oct · today" in plain(head.title(told, 140))
    assert "transactions" not in plain(head.title(told, 60))


def test_an_old_book_warns() -> None:
    old = head.title(replace(STANDING, demo=False, now=NOW.replace(day=9, month=10)), 120)
    assert any(part.role == "warning" and "book 9 days old" in part.text for part in old)


def test_a_ledger_that_is_not_ok_stands_out() -> None:
    title = head.title(replace(STANDING, ledger="damaged"), 80)
    assert any(part.role == "error" and "damaged" in part.text for part in title)


def test_before_the_book_is_read_the_title_says_so() -> None:
    assert "reading book…" in plain(head.title(replace(STANDING, as_of=None, now=None), 80))


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_tiers_show_every_account_and_can_be_clicked(told: Told, width: int, glyphs: Glyphs) -> None:
    counted = told.day.summary
    shown = head.tiers(counted, glyphs, width)
    assert length(shown) <= width
    assert sum(line.count for line in counted.tiers[counted.currency]) == counted.counts[counted.currency]
    for line in counted.tiers[counted.currency]:
        part = next(part for part in shown if part.text == glyphs.tier(line.tier))
        assert part.action == f"app.only_tier('{line.tier}')"
    for level, number in counted.levels.items():
        assert f"{glyphs.level(level)}{number}" in plain(shown)


@pytest.mark.parametrize(
    ("width", "others", "said"),
    [
        (200, 1, "+1 currency "),
        (200, 2, "+2 currencies "),
        (120, 1, "M │ +1   "),
        (100, 1, "M +1 currency "),
        (80, 1, ""),
    ],
)
def test_other_currencies_are_not_read_as_accounts_of_the_last_tier(
    told: Told, width: int, others: int, said: str
) -> None:
    levels = {"blue": 20, "yellow": 36, "orange": 8, "red": 6}
    counted = replace(told.day.summary, currencies=("TWD", "USD", "EUR")[: others + 1], levels=levels)
    shown = plain(head.tiers(counted, UNICODE, width))
    assert said in shown
    assert len(shown) == width
    assert (" acc · " in shown) == (width > 120)


@pytest.mark.parametrize("others", [0, 1, 2])
def test_the_longer_words_take_no_other_away(told: Told, others: int) -> None:
    """Where the total fitted without the point between its two figures, it still does."""
    counted = replace(told.day.summary, currencies=("TWD", "USD", "EUR")[: others + 1])
    for width in range(110, 160):
        shown = plain(head.tiers(counted, UNICODE, width))
        full = len(plain(head.tiers(counted, UNICODE, 200)).split("+")[0].split("■")[0].rstrip()) - 2
        right = len(shown) - shown.index("■")
        assert (" past due " in shown) == (full + 1 + right < width)


def test_the_money_of_a_tier_is_told_in_every_currency(told: Told) -> None:
    words = head.tier_money(told.day.summary, "E")
    assert "TWD" in words
    assert "USD" in words


def test_the_active_queue_stands_in_brackets_and_the_others_can_be_clicked(told: Told) -> None:
    place = head.Place(1, 10, "Lens: risk", None, "", "", 0)
    tabs, below = head.queues(told.day.summary, told.desk.policies, "broken", 120, place, tall=True)
    assert "[Broken " in plain(tabs)
    assert {part.action for part in tabs if part.action} >= {"screen.go_queue('to-call')", "screen.go_queue('all')"}
    assert "Lens: risk ↓  1 of 10" in plain(below)


def test_what_narrows_the_list_is_said(told: Told) -> None:
    place = head.Place(2, 1_234, "Lens: risk", ("past_due", True), "DE", "gar", 3)
    (only,) = head.queues(told.day.summary, told.desk.policies, "all", 80, place, tall=False)
    assert plain(only).startswith(" / gar")
    assert plain(only).endswith("tier DE  3 marked  Sort: past due ↓  2 of 1,234 ")


@given(
    figures=st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**13)), min_size=5, max_size=5),
    flagged=st.lists(st.integers(0, 10**6), min_size=4, max_size=4),
    width=st.integers(80, 200),
)
def test_a_book_of_any_size_shows_every_tier(
    told: Told, figures: list[tuple[int, int]], flagged: list[int], width: int
) -> None:
    lines = tuple(TierLine(tier.value, n, Decimal(money)) for tier, (n, money) in zip(Tier, figures, strict=True))
    code = told.day.summary.currency
    levels = dict(zip(told.day.summary.levels, flagged, strict=True))
    counted = replace(
        told.day.summary, tiers={code: lines}, counts={code: sum(line.count for line in lines)}, levels=levels
    )
    shown = head.tiers(counted, UNICODE, width)
    assert length(shown) <= width
    assert "…" not in plain(shown)
    assert all(UNICODE.tier(tier.value) in plain(shown) for tier in Tier)
