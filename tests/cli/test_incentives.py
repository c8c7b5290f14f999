"""Incentives and consequences on the command line, from the list to the work order, on the demo desk."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from deskcollect import frames
from tests.cli.line import Run, in_order

LATE = "TW-000041"
FIRST = "TW-000402"


@pytest.fixture
def at(line: Run, own_undecided: Path) -> Run:
    """Run a command about incentives at a demo desk where nobody decided anything yet."""
    return lambda *words: line("incentives", *words, "--desk", own_undecided)


def test_the_list_says_who_why_and_what_it_comes_to(at: Run) -> None:
    in_order(
        at(), "open 0 · may be proposed 73", "Late fee waived", "costs one late fee, 300", "Nothing is done by itself."
    )
    in_order(
        at("list", "--kind", "consequence", "--limit", "2"),
        LATE,
        "brings one late fee, 300",
        "days past due with",
        "41 more",
    )
    in_order(at("list", "--measure", "late-fee", "--limit", "2"), "may be proposed 38", LATE, "36 more")
    in_order(at("--measure", "late-fee", "--kind", "incentive"), "Nobody is eligible for that today")
    everybody = at("--json").json
    assert len(everybody) == 73
    assert {each["kind"] for each in at("--kind", "incentive", "--json").json} == {"incentive"}
    assert all(each["why"] and each["cost_or_gain"] and each["eligible"] for each in everybody)
    assert "?" not in "".join(each["why"] for each in everybody)


def test_an_incentive_from_proposal_to_work_order(at: Run, tmp_path: Path) -> None:
    done = at("propose", FIRST, "--measure", "fee-waived", "--note", "first time late")
    assert done.out.startswith(
        f"{FIRST}: Incentive late fee waived: proposed. Next: a lead signs. Lapses after Sun 29 Nov."
    )
    in_order(at("--limit", "1"), "open 1", FIRST, "to be signed")
    in_order(at("approve", FIRST, "--by", "jo"), "approved. Next: it may be done.")
    in_order(at("done", FIRST), "It stands in the next work order", "nothing was sent")
    in_order(
        at("show", FIRST),
        "given lately",
        "But      Late fee waived was given on 2026-09-30",
        "Not today",
        "Late fee: needs days past due at least 30",
        "proposed · first time late",
        "approved",
        "done",
    )
    in_order(
        at("order", "-o", tmp_path / "order.csv", "--by", "mei"), "WAIVE-FEE", "1 line written", "The desk recommends"
    )
    rows = pl.read_csv(tmp_path / "order.csv")
    assert rows.columns == [column.name for column in frames.MEASURE_ORDERS]
    assert at("order").out.startswith("Nothing is to be ordered")
    assert [each["order_code"] for each in at("order", "--all", "--json").json] == ["WAIVE-FEE"]


def test_a_consequence_waits_after_its_notice(at: Run) -> None:
    in_order(
        at("propose", LATE, "--measure", "late-fee"),
        "a lead who is not ana signs; a notice goes to the customer, then 14 days of waiting",
    )
    at("approve", LATE, "--by", "mei")
    in_order(at("--limit", "1"), "needs a notice")
    in_order(at("notify", LATE, "--channel", "email"), "notice sent by email. Next: not to be done before Wed 14 Oct.")
    in_order(at("--limit", "1"), "waits until 14 Oct")
    refused = at("done", LATE)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"deskcollect: {LATE}: The notice of 2026-09-30 waits until 2026-10-14.")
    shown = at("show", LATE, "--json").json
    (fee,) = [each for each in shown["measures"] if each["proposal"]]
    assert (fee["measure"], fee["proposal"]["not_before"], fee["proposal"]["signed_by"]) == (
        "late-fee",
        "2026-10-14",
        "mei",
    )
    in_order(at("withdraw", LATE, "--note", "promised to pay"), "Consequence late fee: withdrawn.")


def test_some_refused_is_exit_code_1_and_each_says_why(at: Run) -> None:
    done = at("propose", LATE, FIRST, "--measure", "late-fee", "--json")
    assert done.code == 1
    written, refused = done.json
    assert (written["written"], written["proposal"]["state"], written["proposal"]["values"]["measure_amount"]) == (
        True,
        "proposed",
        "300.00",
    )
    assert (refused["account_id"], refused["message"]) == (FIRST, "It is not eligible for late-fee today.")
    assert done.err.startswith(f"Note: {FIRST} refused: It is not eligible for late-fee today.")


def test_a_refusal_says_why_in_the_history(at: Run) -> None:
    at("propose", LATE, "--measure", "late-fee")
    in_order(at("refuse", LATE, "--by", "mei", "--note", "talk first"), "Consequence late fee: refused.")
    in_order(at("show", LATE), "Late fee, refused", "refused · talk first")


def test_the_account_tells_what_was_done(at: Run, line: Run, own_undecided: Path) -> None:
    at("propose", LATE, "--measure", "late-fee", "--note", "third month")
    at("notify", LATE)
    out = line("show", LATE, "--desk", own_undecided).out
    assert "Consequence late fee: proposed · third month" in out
    assert "Consequence late fee: notice sent by letter" in out


def test_an_order_as_json(at: Run, tmp_path: Path) -> None:
    at("propose", FIRST, "--measure", "fee-waived")
    at("approve", FIRST, "--by", "mei")
    at("done", FIRST)
    in_order(at("order"), "WAIVE-FEE", "Not written; give a file with -o.")
    at("order", "-o", tmp_path / "order.json")
    assert json.loads((tmp_path / "order.json").read_text("utf-8"))[0]["order_code"] == "WAIVE-FEE"


def test_a_small_desk_without_statements_makes_nobody_eligible(line: Run, desk: Path) -> None:
    in_order(line("incentives", "--desk", desk), "Nobody is eligible for anything today, and nothing is open.")
