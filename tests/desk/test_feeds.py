"""What a desk can feed its early-warning rules with, and how the card's score moved over three books."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from deskcollect.desk.feeds import fed
from tests.desk.builders import AS_OF, Tables, account, book, desk_of, statements

SPENT = [
    {"account_id": "A1", "at": datetime.combine(AS_OF - timedelta(days=ago), time(9)), "amount": 5, "kind": kind}
    for ago, kind in ((1, "purchase"), (100, "salary"))
]
JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def test_a_column_that_holds_nothing_feeds_no_rule(tmp_path: Path) -> None:
    tables = Tables([account("A1", autopay=""), account("A2", income_monthly=900)], statements("A1", 0, 500))
    desk = desk_of(tmp_path, tables)
    held = set(desk.load().standing.feeds["feed"])
    assert {"accounts.income_monthly", "accounts.phone", "statements.paid"} <= held
    assert not held & {"accounts.autopay", "accounts.opened_on", "statements.cycles_past_due"}


def test_transactions_feed_by_their_kinds_and_by_how_far_they_reach(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Tables([account("A1")], more={"transactions": SPENT}))
    held = {feed for feed in desk.load().standing.feeds["feed"] if feed.startswith("transactions.")}
    assert held == {"transactions.kind=salary", "transactions.days=97"}


def test_what_a_book_is_fed_with_is_kept_beside_it(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Tables([account("A1")], more={"transactions": SPENT}))
    first, again = desk.load(), desk.load()
    assert again.standing.feeds.equals(first.standing.feeds)
    assert again.silent == first.silent


@pytest.mark.parametrize(
    ("books", "more"),
    [(1, set()), (2, {"snapshots"}), (3, {"snapshots", "three_snapshots"}), (9, {"snapshots", "three_snapshots"})],
)
def test_books_are_counted(tmp_path: Path, books: int, more: set[str]) -> None:
    held = desk_of(tmp_path, Tables([account("A1")])).load().standing.feeds
    assert fed(frozenset({"accounts"}), held, books) - set(held["feed"]) == {"accounts", "ledger"} | more


def test_the_score_is_compared_with_the_book_before_the_last(tmp_path: Path) -> None:
    good = Tables([account("A1", past_due=0, days_past_due=0), account("A2", past_due=0, days_past_due=0)])
    bad = Tables([account("A1", past_due=4000, days_past_due=65), *good.accounts[1:], account("A3")])
    desk = desk_of(tmp_path, good, JULY)
    for day, tables in ((AUGUST, good), (AS_OF, bad)):
        desk.import_book(book(tmp_path / f"next-{day}", tables, day))
        found = {row["account_id"]: row for row in desk.standing(day).accounts.to_dicts()}
        if day == AUGUST:
            assert [row["tiers_fallen"] for row in found.values()] == [None, None]
    assert found["A1"]["tiers_fallen"] >= 2
    assert (found["A2"]["tiers_fallen"], found["A3"]["tiers_fallen"]) == (0, None)
    then = {row["account_id"]: row for row in desk.load().table.to_dicts()}
    assert then["A1"]["score_two_ago"] > then["A1"]["card_score"]
    assert then["A2"]["score_two_ago"] == then["A2"]["card_score"]
