"""Other rules tried on two books, counted by hand; nothing is kept, and what is switched off stays so on both sides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from deskcollect.clock import Clock
from deskcollect.desk.alerts.cases import Ask, decide
from deskcollect.desk.alerts.firing import firing
from deskcollect.desk.alerts.simulate import Simulated, other_policies, simulate
from deskcollect.desk.desk import POLICIES, Desk, open_desk
from deskcollect.errors import BadPolicy, BadUse
from deskcollect.vocabulary import CaseAction
from tests.desk.builders import AS_OF, TOLD, Tables, account, book, days, desk_of

AUGUST = date(2026, 8, 31)
SIGNAL = """
[[signal]]
id = "{id}"
label = "{label}"
family = "payment"
strength = "{strength}"
seen_on = "{seen_on}"
measure = "dpd"
needs = [{needs}]
evidence = "{{dpd}} days past due"
when = "{when}"
"""
LEVELS = "".join(
    f'\n[[level]]\nid = "{level}"\nlevel = "{level}"\nlabel = "{level}"\nwhen = "{when}"\n'
    for level, when in (
        ("red", "decisive_count >= 1"),
        ("orange", "strong_count >= 2"),
        ("yellow", "strong_count >= 1"),
        ("blue", "signal_count >= 1"),
    )
)


def signal(name: str, when: str, strength: str = "weak", needs: str = "", seen_on: str = "as_of") -> str:
    """Return a rule."""
    return SIGNAL.format(id=name, label=name.title(), strength=strength, when=when, needs=needs, seen_on=seen_on)


def rules(*signals: str, cap: float = 0.9) -> str:
    """Return the text of an alerts.toml."""
    return f"schema = 1\ncap_share = {cap}\n{''.join(signals)}{LEVELS}"


def accounts(**late: int) -> Tables:
    """Return a book of accounts that are so many days late; each has its own customer, and A3 nobody who works it."""
    whose = {"A1": "ana", "A2": "ben", "A4": "ben"}
    rows = [
        account(name, {"customer_id": f"C{name}"}, days_past_due=days, past_due=1000 if days else 0, collector=whose.get(name))
        for name, days in late.items()
    ]  # fmt: skip
    return Tables(rows)


IN_FORCE = rules(signal("late", "dpd >= 30"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a desk with two books whose one rule warns of 30 days past due: A1 in August, A1 and A3 in September."""
    folder = tmp_path_factory.mktemp("simulate")
    desk = desk_of(folder, accounts(A1=35, A2=25, A3=0), AUGUST)
    (desk.folder / POLICIES / "alerts.toml").write_text(IN_FORCE, "utf-8")
    (desk.folder / POLICIES / "restrictions.toml").unlink()  # its reasons name signals that this desk has not
    desk.import_book(book(folder / "next", accounts(A1=65, A2=22, A3=31, A4=0), AS_OF))
    desk.close()
    return desk.folder


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return a desk of one's own; it is ten in the morning of the newest book's day."""
    shutil.copytree(template, tmp_path / "desk")
    opened = open_desk(tmp_path / "desk", Clock.pinned(AS_OF, TOLD.zone))
    yield opened
    opened.close()


def tried(desk: Desk, text: str, file: str = "alerts.toml", limit: int = 20) -> Simulated:
    """Return what a file would change."""
    place = desk.folder.parent / "new"
    place.mkdir(exist_ok=True)
    (place / file).write_text(text, "utf-8")
    return simulate(desk, other_policies(desk, place / file), limit)


def test_a_lower_threshold_adds_one_account_on_each_day(desk: Desk) -> None:
    found = tried(desk, rules(signal("late", "dpd >= 20")))
    assert found.days.rows() == [
        (AUGUST, 3, 1, 2, 1, 0, 0, 0, None, None),
        (AS_OF, 4, 2, 3, 1, 0, 0, 0, 1, 1),
    ]
    assert found.rules.rows() == [(AUGUST, "late", 1, 2), (AS_OF, "late", 2, 3)]
    assert (found.share("before"), found.share("after")) == (0.5, 0.75)
    assert [(row["account_id"], row["collector"], row["alert_level"]) for row in found.added.rows] == [
        ("A2", "ben", "blue")
    ]
    assert found.added.rows[0]["signal_facts"] == ['{"dpd":"22","currency":"TWD"}']
    assert found.removed.count == 0


def test_it_says_for_whom(desk: Desk) -> None:
    found = tried(desk, rules(signal("late", "dpd >= 20")))
    assert found.working_days == 22
    assert found.collectors.rows() == [
        ("ana", 1, 1, 0, 0, 0, 0, 0.0, 0.0),
        ("ben", 0, 1, 1, 0, 0, 0, 0.0, 0.0),
        (None, 1, 1, 0, 0, 0, 0, 1 / 22, 1 / 22),
    ]


def test_a_higher_threshold_removes_and_a_stronger_rule_lifts(desk: Desk) -> None:
    found = tried(desk, rules(signal("very-late", "dpd >= 60", "strong")))
    assert found.days.rows()[1] == (AS_OF, 4, 2, 1, 0, 1, 1, 0, 1, 1)
    assert [row["account_id"] for row in found.removed.rows] == ["A3"]
    assert found.removed.rows[0]["signal_facts"] == ['{"dpd":"31","currency":"TWD"}']
    newest = found.levels.filter(pl.col("day") == AS_OF).drop("day").rows()
    assert newest == [("red", 0, 0), ("orange", 0, 0), ("yellow", 0, 1), ("blue", 2, 0)]
    assert found.rules.filter(pl.col("day") == AS_OF).rows() == [(AS_OF, "very-late", 0, 1), (AS_OF, "late", 2, 0)]


def test_the_same_rules_change_nothing(desk: Desk) -> None:
    assert tried(desk, IN_FORCE).is_same
    assert not tried(desk, rules(signal("late", "dpd >= 20"))).is_same


def test_a_rule_that_fires_on_others_at_the_same_level_is_a_change(desk: Desk) -> None:
    found = tried(desk, rules(signal("late", "dpd >= 30"), signal("far", "dpd >= 60")))
    assert found.days.select(pl.sum("added_count", "removed_count", "up_count", "down_count")).row(0) == (0, 0, 0, 0)
    assert not found.is_same


def test_no_more_accounts_are_told_than_asked_for_the_gravest_first(desk: Desk) -> None:
    found = tried(desk, rules(signal("all", "dpd >= 0"), signal("two", "dpd = 22", "strong")), limit=1)
    assert found.added.count == 2
    assert [row["account_id"] for row in found.added.rows] == ["A2"]
    assert found.added.rows[0]["signals"] == ["two", "all"]


def test_what_is_switched_off_for_an_account_counts_on_neither_side(desk: Desk) -> None:
    ask = Ask(CaseAction.SUPPRESS, "ana", reason="known", until=days(30), rule="late")
    assert decide(desk, desk.load(), ["A3"], ask).events
    found = tried(desk, rules(signal("late", "dpd >= 20")))
    assert found.days.rows()[1][:6] == (AS_OF, 4, 1, 2, 1, 0)


def test_other_buckets_make_other_facts(desk: Desk) -> None:
    text = (desk.folder / POLICIES / "buckets.toml").read_text("utf-8")
    wider = text.replace("dpd <= 30", "dpd <= 33")
    assert wider != text
    place = desk.folder.parent / "both"
    place.mkdir()
    (place / "buckets.toml").write_text(wider, "utf-8")
    (place / "alerts.toml").write_text(rules(signal("late", "bucket = '1-30'")), "utf-8")
    found = simulate(desk, other_policies(desk, place))
    assert [row["account_id"] for row in found.added.rows] == ["A2"]
    assert [row["account_id"] for row in found.removed.rows] == ["A1"]


def test_a_rule_that_this_desk_cannot_feed_is_named(desk: Desk) -> None:
    needing = signal("returned", "returned_count >= 1", needs='"payments"', seen_on="returned_on")
    assert tried(desk, rules(signal("late", "dpd >= 30"), needing)).silent == (("returned", ("payments",)),)


def test_nothing_is_saved(desk: Desk) -> None:
    desk.load()
    before = digests(desk.folder)
    tried(desk, rules(signal("late", "dpd >= 20")))
    assert digests(desk.folder) == before


def test_an_interruption_leaves_everything_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.load()
    before = digests(desk.folder)

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deskcollect.desk.alerts.simulate.simulation.by_day", stopped)
    with pytest.raises(KeyboardInterrupt):
        tried(desk, rules(signal("late", "dpd >= 20")))
    assert digests(desk.folder) == before


def digests(folder: Path) -> dict[str, str]:
    """Return what stands in every file of a folder."""
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_rules_with_faults_are_refused_with_all_of_them(desk: Desk) -> None:
    with pytest.raises(BadPolicy) as caught:
        tried(desk, rules(signal("late", "dp >= 20"), signal("late", "SUM(dpd) > 1")))
    assert [issue.place.line for issue in caught.value.issues] == [13, 24]


def test_a_desk_without_a_book_has_nothing_to_look_at(desk: Desk) -> None:
    shutil.rmtree(desk.folder / "snapshots")
    with pytest.raises(BadUse, match="no book yet"):
        tried(desk, IN_FORCE)


def test_the_first_book_alone_has_nothing_new(tmp_path: Path) -> None:
    alone = desk_of(tmp_path, accounts(A1=35), AS_OF)
    found = tried(alone, rules(signal("late", "dpd >= 30")))
    assert found.days.row(-1)[-2:] == (None, None)
    assert found.collectors.row(0)[-2:] == (None, None)
    alone.close()


# --- how many accounts a rule has its say on ---------------------------------------------------------------------------------


def test_each_rule_is_counted_on_the_newest_day(desk: Desk) -> None:
    told = firing(desk.load())
    assert told["signal", "late"] == 2
    assert told["level", "blue"] == 2
    assert ("level", "red") not in told
    assert sum(count for (kind, _), count in told.items() if kind == "treatment") == 4
    assert sum(count for (kind, _), count in told.items() if kind in {"cut", "floor"}) == 4
