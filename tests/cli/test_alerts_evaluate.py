"""deskcollect alerts evaluate, as it is typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from deskcollect.cli import place
from deskcollect.cli.alerts_evaluate import report
from deskcollect.clock import Clock
from deskcollect.desk.alerts import foreseen
from deskcollect.desk.alerts.foreseen import Handled, Share, Spread
from deskcollect.present.glyphs import choose
from deskcollect.present.width import cells
from tests.cli.line import Run

MONTHS = ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")
STOPS = ((500, 400, 0), (500, 400, 0), (500, 0, 0), (500, 0, 1), (500, 0, 2))
STEADY = ((500, 500, 0),) * 5
FULL = ((950, 500, 0),) * 5


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Write a book of 20 accounts: four stop paying in March, four use their whole limit, the others pay."""
    folder = tmp_path / "book"
    folder.mkdir()
    kinds = [(STOPS, FULL, STEADY, STEADY, STEADY)[number % 5] for number in range(20)]
    accounts = [f"A{number:02},EUR,500,1000,{60 if of is STOPS else 0}" for number, of in enumerate(kinds)]
    (folder / "accounts.csv").write_text(
        "\n".join(["account_id,currency,balance,credit_limit,days_past_due", *accounts])
    )
    rows = [
        f"A{number:02},{day},{balance},{paid},{late}"
        for number, of in enumerate(kinds)
        for day, (balance, paid, late) in zip(MONTHS, of, strict=True)
    ]
    (folder / "statements.csv").write_text("\n".join(["account_id,statement_date,balance,paid,cycles_past_due", *rows]))
    return folder


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    """Write what became of them in June; one line is of nobody."""
    path = tmp_path / "became.csv"
    path.write_text(
        "\n".join(["account_id,bad", *(f"A{number:02},{int(number % 5 == 0)}" for number in range(20)), "Z9,1"])
    )
    return path


def test_it_says_what_counts_as_bad_until_when_and_of_how_many(line: Run, book: Path) -> None:
    done = line("alerts", "evaluate", book)
    assert done.code == 0
    told = " ".join(done.out.split())
    assert "Bad: two or more cycles past due, within 92 days of the look. Known up to 31 May 2026." in told
    assert "on 2 days, 31 Mar 2026 to 30 Apr 2026" in told
    assert "31 Mar 2026 20 4 20.0 %" in told
    assert "Bill unpaid, not yet late 4 100.0 %" in told
    assert "False alarms and the time to acknowledge are not known" in told


def test_json_holds_every_figure_with_its_number(line: Run, book: Path) -> None:
    found = line("alerts", "evaluate", book, "--json").json
    (warned,) = (each for each in found["not_past_due"]["warnings"] if each["name"] == "bill-unpaid")
    assert (warned["warned"], warned["followed"], warned["bad"], warned["found"], warned["recall"]) == (4, 4, 4, 4, 1.0)
    assert warned["days_ahead"] == {"n": 4, "median": 61.0, "q1": 61.0, "q3": 61.0}
    assert warned["precision"]["low"] < 1.0 == warned["precision"]["high"]
    (never,) = (each for each in found["not_past_due"]["warnings"] if each["name"] == "rolling")
    assert (never["warned"], never["precision"], never["days_ahead"]) == (0, None, None)
    assert found["not_past_due"]["over_90_percent"][0]["of_each"] == 4
    assert (found["horizon_days"], found["known_until"]) == (92, "2026-05-31")
    assert {"rule": "payment-returned", "needs": ["payments"]} in found["silent"]


def test_outcomes_add_the_month_after(line: Run, book: Path, outcomes: Path) -> None:
    done = line("alerts", "evaluate", book, "--outcomes", outcomes)
    assert "or defaulted" in done.out
    assert "Known up to 30 Jun 2026" in " ".join(done.out.split())
    assert "of became.csv 1 row was left out" in done.err


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
def test_the_report_fits_the_window(
    line: Run, book: Path, outcomes: Path, monkeypatch: pytest.MonkeyPatch, width: int, glyphs: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("DESKCOLLECT_GLYPHS", glyphs)
    out = line("alerts", "evaluate", book, "--outcomes", outcomes).out
    assert max(map(cells, out.splitlines())) <= max(width, 78)


def test_the_rules_of_a_desk_count(line: Run, book: Path, desk: Path) -> None:
    policies = desk / "policies" / "alerts.toml"
    policies.write_text(
        policies.read_text("utf-8").replace("unpaid_streak_count = 1 AND", "unpaid_streak_count = 9 AND")
    )
    found = line("alerts", "evaluate", book, "--desk", desk, "--json").json
    (warned,) = (each for each in found["not_past_due"]["warnings"] if each["name"] == "bill-unpaid")
    assert warned["warned"] == 0


def test_a_desk_looks_back_at_its_own_books(line: Run, demo: Path) -> None:
    done = line("alerts", "evaluate", "--desk", demo)
    assert done.code == 0
    assert "the 3 books of this desk" in done.out
    assert "Past due when looked at" in done.out


def test_a_horizon_of_a_month_sees_less(line: Run, book: Path) -> None:
    found = line("alerts", "evaluate", book, "--horizon", "31", "--json").json
    (warned,) = (each for each in found["not_past_due"]["warnings"] if each["name"] == "bill-unpaid")
    assert (warned["warned"], warned["followed"]) == (4, 0)


def test_what_people_made_of_the_cases_stands_below(desk: Path) -> None:
    with place.opened(desk) as standing:
        later = standing.dates[0] + timedelta(days=30)
        became = desk.parent / "became.csv"
        became.write_text("account_id,bad\nA1,1\nA2,0\n")
        standing.clock = Clock.pinned(later, standing.zone)
        found = foreseen.of_desk(standing, told=foreseen.Told(became, standing.settings))
    handled = tuple(
        Handled(each.kind, each.name, 9, Share(2, 8, 8), Spread(3, 1, 60, 70)) if each.kind == "all" else each
        for each in found.handled
    )
    told = [
        "".join(part.text for part in row) if not isinstance(row, str) else row
        for row in report(replace(found, handled=handled), choose(), 80)
    ]
    (row,) = (each for each in told[told.index("What people made of them") :] if each.startswith("All"))
    assert row.split() == ["All", "9", "8", "25.0", "%", "7.1–59.1", "3", "2.5", "d"]
