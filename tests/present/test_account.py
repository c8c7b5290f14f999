"""One account in words: points that add up, months with their numbers, what was said and done."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deskcollect.desk.account import Account
from deskcollect.ledger import document
from deskcollect.monitoring import incentives, restrictions
from deskcollect.policy.load import load
from deskcollect.present import points
from deskcollect.present.account import as_text
from deskcollect.present.explain import Explanation
from deskcollect.present.lines import Line, length, plain
from deskcollect.present.numbers import percent
from deskcollect.present.panels import TABS, Panels
from deskcollect.present.selected import state as standing
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.present.timeline import timeline
from deskcollect.present.width import cells
from tests.ledger.wild import GOOD, documents
from tests.present.conftest import Told

PROMISED, SEVERAL, HELD = "TW-000190", "TW-000026", "held"


def number(entry: Line) -> int:
    """Return the points of one line."""
    found = re.findall(r"[+−]?\d+", entry[2].text if len(entry) > 2 else "")
    return int(found[0].replace("−", "-"))


def test_the_points_add_up_to_the_card_and_to_the_score(told: Told) -> None:
    for account_id in told.day.table["account_id"].head(40):
        account = told.account(account_id)
        table = points.table(told.words(), account, 60)
        card = next(n for n, entry in enumerate(table) if "Card · " in plain(entry))
        assert sum(map(number, table[:card])) == number(table[card]) == account.row["card_score"]
        assert sum(map(number, table[card:-1])) == number(table[-1]) == account.row["score"]


def test_each_record_says_whether_its_weight_is_assumed_or_learnt(told: Told) -> None:
    account = told.account(SEVERAL)
    recorded = [plain(entry) for entry in points.table(told.words(), account, 72) if "Recorded: " in plain(entry)]
    assert recorded
    assert all("(assumed)" in entry for entry in recorded)
    parts = tuple(replace(part, learnt_from=214) for part in account.recorded.parts)
    own = replace(account, recorded=replace(account.recorded, parts=parts))
    assert any("(from 214 outcomes here)" in plain(entry) for entry in points.table(told.words(), own, 72))


def test_what_was_recorded_is_told_apart_from_the_risk_of_the_card(told: Told) -> None:
    account = told.account(SEVERAL)
    (told_line,) = points.readings(account, 100)
    moved = account.row["score"] - account.row["card_score"]
    assert moved < 0
    said = f"Risk by the card {account.row['card_score']} · willingness −{-moved} · ability 0 · contactability 0"
    assert plain(told_line).strip() == said
    assert points.readings(replace(account, recorded=replace(account.recorded, parts=())), 100) == ()


def test_a_month_without_a_statement_is_unknown_and_the_others_keep_their_names(told: Told) -> None:
    account = told.account(PROMISED)
    names = ("balance", "paid", "minimum", "cycles", "status", "limit")
    gap = {f"{name}_{k}": None for name in names for k in (1, 5)}
    holed = replace(account, cycles={**account.cycles, **gap, "statements_count": 4})
    assert holed.cycle_count == 5
    heads, billed = (plain(entry) for entry in told.words().months(holed, 79)[:2])
    assert len(heads.split()) == 5
    assert billed.split()[-2] == "?"


@pytest.mark.parametrize("coverage", [1.0, 25 / 27, 8 / 27, 0.0])
def test_the_account_and_its_explanation_say_alike_how_many_facts_are_known(told: Told, coverage: float) -> None:
    account = told.account(PROMISED)
    row = {**account.row, "coverage": coverage}
    table = [plain(entry) for entry in points.table(told.words(), replace(account, row=row), 60)]
    explained = Explanation(told.voice, told.desk.policies, row, (), "default-1").lines(92)
    assert any(f"Card · {percent(coverage)} of its facts known" in entry for entry in table)
    assert f"{percent(coverage)} of the card's facts known" in " ".join(plain(entry) for entry in explained)


def test_the_largest_fact_has_the_longest_bar(told: Told) -> None:
    account = told.account(PROMISED)
    table = points.table(told.words(), account, 60)
    facts = [(abs(number(entry)), plain(entry).rstrip().count("█")) for entry in table if entry[-1].role]
    assert max(facts)[1] == max(bar for _, bar in facts) == 6


def test_the_score_in_two_lines_fits_and_names_what_cost_most(told: Told) -> None:
    account = told.account(PROMISED)
    worst = min(account.reasons, key=lambda reason: reason.points)
    short = points.in_short(account, 79)
    assert all(length(entry) <= 79 for entry in short)
    assert f"{account.row['score']} = card {account.row['card_score']}" in plain(short[0])
    assert worst.text in plain(short[1])


def test_what_would_change_it_is_said_with_its_tier(told: Told) -> None:
    account, answers = told.account(PROMISED), told.answers(PROMISED)
    told_lines = [plain(entry) for entry in points.what_if(told.words(), answers, account)]
    assert told_lines[0].startswith(" Pays all ")
    assert f"{answers[0].step.before} → {answers[0].step.after}" in told_lines[0]
    assert told_lines[0].endswith(UNICODE.tier(answers[0].tier))
    assert "Nothing is past due" in plain(points.what_if(told.words(), (), account)[0])


def test_the_timeline_is_the_newest_first_and_tells_all_four_kinds(told: Told) -> None:
    account = told.account(PROMISED)
    lines = [plain(entry) for entry in timeline(told.words(), account)]
    assert len(lines) >= len(account.events)
    text = "\n".join(lines)
    assert "Statement: " in text
    assert "Paid " in text
    assert "Promise broken: 0 of " in text
    assert re.search(r"ana +Promise to pay [\d,]+ by \w{3} \d+ \w{3} \(phone\)", text)


def test_a_withdrawn_record_is_marked(told: Told) -> None:
    account = told.account(PROMISED)
    marked = replace(account, withdrawn=frozenset({account.events[0].event_id}))
    lines = [plain(entry) for entry in timeline(told.words(), marked)]
    assert sum("withdrawn" in entry for entry in lines) == 1


def test_nothing_that_happened_is_said_too(told: Told) -> None:
    account = told.account(PROMISED)
    bare = replace(account, events=(), payments=(), promises=(), cycles={**account.cycles, "statement_date_0": None})
    assert [plain(entry).strip() for entry in timeline(told.words(), bare)] == ["Nothing yet"]
    assert "No statements in the book" in plain(told.words().months(bare, 58)[0])


def test_billed_and_paid_are_drawn_to_one_scale(told: Told) -> None:
    account = told.account(PROMISED)
    figures = {f"balance_{k}": Decimal(80_000) for k in range(6)} | {f"paid_{k}": Decimal(1_000) for k in range(6)}
    drawn = replace(account, cycles={**account.cycles, **figures})
    billed, paid = (plain(entry).split()[1:] for entry in told.words().months(drawn, 58)[-2:])
    assert set(billed) == {UNICODE.sparks[-1]}
    assert set(paid) == {UNICODE.sparks[0]}


def with_amounts(told: Told, amounts: list[Decimal], promise: str = "open") -> Account:
    """Return an account of a currency with cents whose six statements and other figures are these amounts, in turn."""
    account = told.account(PROMISED)
    first, second, *_ = amounts
    cycles = {f"{name}_{k}": amounts[k % len(amounts)] for name in ("balance", "paid") for k in range(6)}
    due = {"promise_status": promise, "promise_due": told.day.moment.today, "promise_amount": first}
    held = {"past_due": first, "balance": -second, "minimum_due": second, "credit_limit": first, "utilisation_now": 9.3}
    paid = {"last_paid_amount": second, "last_paid_on": told.day.moment.today, "last_paid_method": "bank transfer 12"}
    row = {**account.row, **held, **due, **paid, "currency": "GBP"}
    return replace(account, row=row, cycles={**account.cycles, **cycles, "statements_count": 6})


@given(
    amounts=st.lists(st.decimals(0, Decimal("9999999999.99"), places=2), min_size=2, max_size=6),
    width=st.integers(78, 200),
    promise=st.sampled_from(["open", "due", "broken"]),
    assumed=st.booleans(),
)
def test_figures_and_months_stand_on_one_line_each(
    told: Told, amounts: list[Decimal], width: int, promise: str, *, assumed: bool
) -> None:
    words, account = told.words(), with_amounts(told, amounts, promise)
    account = replace(account, row={**account.row, "past_due_assumed": assumed})
    panels = Panels(words, account, (), width)
    half = width // 2 - 1
    shown = half if width >= 109 else width
    assert all(length(entry) <= shown for entry in (*words.figures(account, shown), *words.months(account, shown)))
    assert width < 109 or all(length(entry) <= half for entry in panels.left())
    months = [plain(entry) for entry in words.months(account, shown)]
    assert [len(months[n].removeprefix(" rounded").split()) for n in range(4)] == [6, 7, 7, 7]
    ends = [[found.end() for found in re.finditer(r"\S+", text[10:])] for text in months]
    assert all(row == ends[0] for row in ends)


def test_amounts_that_are_too_wide_are_rounded_and_it_is_said(told: Told) -> None:
    cents = with_amounts(told, [Decimal("1234.56"), Decimal("12345.67")])
    wide, narrow = (tuple(map(plain, told.words().months(cents, width))) for width in (79, 58))
    assert "12,345.67" in wide[1]
    assert "rounded" not in wide[0]
    assert narrow[0].startswith(" rounded ")
    assert "12,346" in narrow[1]
    assert "12.35k" not in narrow[1]
    large = with_amounts(told, [Decimal("1234567890.12"), Decimal(0)])
    assert "1.23bn" in plain(told.words().months(large, 58)[1])


def test_the_oldest_months_give_way_last_of_all(told: Told) -> None:
    account = with_amounts(told, [Decimal("1234567890.12"), Decimal(0)])
    heads, all_heads = (plain(told.words().months(account, width)[0]).split() for width in (32, 58))
    assert heads == ["rounded", *all_heads[-3:]]


def test_the_promise_is_cut_at_whole_pieces(told: Told) -> None:
    account = told.account(PROMISED)
    row = {**account.row, "promise_status": "open", "promise_kept_count": 0, "promise_broken_count": 1}
    account = replace(account, row=row)
    said = [plain(told.words().figures(account, width)[5]) for width in (79, 58, 46)]
    assert said[0].endswith(", 0 kept, 1 broken in 6 months")
    assert said[1].endswith(", 0 kept, 1 broken")
    assert said[2] == said[1].removesuffix(", 0 kept, 1 broken")
    assert all(entry.startswith(" Promise due ") and cells(entry) <= 79 for entry in said)


def test_a_held_account_says_so_first_and_beside_every_number(told: Told) -> None:
    row = next(row for row in told.day.table.iter_rows(named=True) if row["hold_rule"] and row["phone"])
    account = told.account(row["account_id"])
    permission = plain(told.words().permission(account))
    assert permission.startswith(f" NO CONTACT  {told.voice.hold(row)}")
    assert all("no contact:" in plain(entry) for entry in told.words().contact(account)[:1])


BY_RECORD = {"hold_on": date(2026, 9, 12), "hold_by": "ana", "state": "hold"}


@pytest.mark.parametrize("rule", [rule.id for rule in load().holds])
def test_every_hold_names_its_fact_wherever_it_is_told(told: Told, rule: str) -> None:
    account = told.account(PROMISED)
    fact = next(hold.label for hold in told.desk.policies.holds if hold.id == rule)
    for why, more in (("held-by-record", ", held since 12 Sep (ana)"), ("held-by-book", ": the book says so")):
        row = {**account.row, **BY_RECORD, "hold_rule": rule, "why": why}
        assert told.rows().why(row)[0] == fact + more
        assert plain(told.words().permission(replace(account, row=row))) == f" NO CONTACT  {fact}{more}"
        assert fact in plain(standing(told.rows(), row))


def test_a_reason_of_a_desk_that_does_not_name_the_fact_stands_behind_it(told: Told) -> None:
    account = told.account(PROMISED)
    row = {**account.row, **BY_RECORD, "hold_rule": "attorney", "why": "past-due"}
    assert told.voice.held(row) == f"Represented by an attorney · {row['dpd']} days past due"


@pytest.mark.parametrize("state", ["wait", "verify", "act"])
def test_every_state_says_what_it_means(told: Told, state: str) -> None:
    row = told.having(state=state)
    account = told.account(row["account_id"])
    permission = plain(told.words().permission(account))
    assert {"wait": "WAITS", "verify": "VERIFY", "act": "No hold"}[state] in permission


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_no_panel_is_wider_than_the_screen(told: Told, width: int, glyphs: Glyphs) -> None:
    for account_id in (PROMISED, SEVERAL):
        account, answers = told.account(account_id), told.answers(account_id)
        panels = Panels(told.words(glyphs), account, answers, width)
        half = [*panels.left(), *panels.right()]
        assert all(length(entry) <= width - width // 2 for entry in half) or width < 110
        heads = [entry for entry in panels.head(3, 122) if entry]
        assert all(length(entry) <= width for entry in heads)
        assert all(panels.tab(number) for number in range(len(TABS)))


def test_the_customers_other_accounts_can_be_clicked(told: Told) -> None:
    account, answers = told.account(SEVERAL), told.answers(SEVERAL)
    others = Panels(told.words(), account, answers, 100).others()
    assert len(others) == 1 + len(account.others) == 3
    assert others[1][0].action == "screen.other(0)"


def test_what_was_done_is_cut_so_that_contact_is_seen(told: Told) -> None:
    account, answers = told.account(PROMISED), told.answers(PROMISED)
    panels = Panels(told.words(), account, answers, 119)
    short = [plain(entry) for entry in panels.below(12, whole=False)]
    assert any("tab shows all" in entry for entry in short)
    assert any("Contact" in entry for entry in short[:9])
    assert len(panels.below(12, whole=True)) > len(short)


def test_the_whole_account_is_told_for_the_command_line(told: Told) -> None:
    account, answers = told.account(SEVERAL), told.answers(SEVERAL)
    text = "\n".join(plain(entry) for entry in as_text(told.words(), account, answers, 100))
    for title in ("Money", "Other accounts", "Score, in points", "What would change it", "Six months", "Contact"):
        assert title in text


def test_a_restriction_stands_among_the_figures(told: Told) -> None:
    free, held = told.account(PROMISED), told.account(SEVERAL)
    restricted = {"restriction": "limit_cut", "restriction_reason": "PROM", "restricted_on": date(2026, 9, 3)}
    row = {**held.row, **restricted}
    lines = [plain(entry) for entry in told.words().figures(replace(held, row=row), 60)]
    assert [entry.split() for entry in lines if "Restricted" in entry] == [
        ["Restricted", "3", "Sep", "Limit", "cut,", "PROM"]
    ]
    bare = {**free.row, "restriction": None}
    assert not any("Restricted" in plain(entry) for entry in told.words().figures(replace(free, row=bare), 60))


@settings(max_examples=60)
@given(st.lists(documents(), min_size=1, max_size=4))
@example([GOOD | {"data": {"at": {"a": 1}, "count": "six", "next_on": "2026-99-99"}}])
@example([GOOD | {"occurred_at": "0001-01-01T00:00:00+14:00"}])
@example([GOOD | {"kind": "alert", "code": "close", "data": {"day": "2026-09-29", "level": "red", "signals": []}}])
@example([GOOD | {"kind": "restriction", "code": "impose", "data": {"kind": "no-cash", "limit": "1E+999999999"}}])
def test_whatever_stands_in_the_ledger_is_told_on_the_account(told: Told, wild: list[dict[str, object]]) -> None:
    events = tuple(document.read(each, seq=1, digest="") for each in wild)
    account = replace(told.account(PROMISED), events=events)
    assert len(timeline(told.words(), account)) >= len(events)
    folded = restrictions.fold(events, told.desk.zone, until=told.day.moment.today)
    measures = incentives.fold(events, told.desk.zone, today=told.day.moment.today)
    assert len(folded.restrictions) + len(measures.proposals) <= len(events)


@pytest.mark.parametrize("erased", [{}, {"on": "x"}, {"on": 5, "by": []}, {"on": "0001-01-01T00:00:00+14:00"}])
def test_a_note_of_an_erasure_that_cannot_be_read_is_no_line(told: Told, erased: dict[str, object]) -> None:
    account = told.account(PROMISED)
    lines = timeline(told.words(), account)
    assert timeline(told.words(), replace(account, erased=erased)) == lines
