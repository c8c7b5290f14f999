"""Restrictions on the command line, from imposing to the work order, on the demo desk."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from deskcollect import frames
from tests.cli.line import Run, in_order

CASH = "TW-000190"
LARGE = "TW-000127"


@pytest.fixture
def at(line: Run, own_undecided: Path) -> Run:
    """Run a command about restrictions at a demo desk where nobody decided anything yet."""
    return lambda *words: line("restrictions", *words, "--desk", own_undecided)


def test_without_restrictions_the_list_says_so(at: Run) -> None:
    assert at().out.splitlines()[1] == "No restriction stands."
    assert at("list", "--json").json == []
    assert at("review").out.splitlines()[1] == "No restriction stands."


def test_signals_suggest_what_to_restrict(at: Run) -> None:
    in_order(at("show", CASH), "0 open restrictions", "Signals suggest CASH3, Cash advances unlike this customer")


def test_one_account_from_imposing_to_the_work_order(at: Run, tmp_path: Path) -> None:
    assert at("impose", CASH, "--reason", "cash3").out.startswith(
        f"{CASH}: No cash advance in force since 30 Sep, review Tue 29 Dec."
    )
    in_order(at(), "restrictions 1", CASH, "No cash advance", "30 Sep", "Tue 29 Dec", "1 of 7", "waits for data")
    in_order(
        at("review", CASH),
        "Why      CASH3: Cash advances unlike this customer",
        "4 cash advances in 30 days, usual 0 (seen 21 Sep)",
        "Then     past due 8,800, score 475, tier E, level red",
        "[ ] nothing past due",
        "8,800 on 30 Sep  book",
        "[?] identity confirmed",
        "missing: ask for it",
        "[✓] no open dispute",
        "A lift now needs a reason",
        "no estimate (n 0)",
    )
    in_order(
        at("what-if", CASH, "--paid", "full", "--shown", "identity,income"),
        "Nothing is recorded.",
        "Past due      8,800",
        "Review on     Tue 29 Dec        Fri 30 Oct",
        "If 8,800 is paid today and identity confirmed and income confirmed: review on Fri 30 Oct instead of Tue 29 Dec.",
    )
    in_order(at("lift", CASH, "--by", "mei", "--note", "settled"), "stands until another lead approves the lift")
    in_order(at("review"), "for review 1 of 1", "1 to be signed", "lift to sign")
    in_order(at("show", CASH), "Waits    mei proposed to lift: settled. A lead who is not mei signs.")
    in_order(at("approve", CASH, "--by", "jo"), "No cash advance lifted.")
    in_order(at("show", CASH), "imposed No cash advance", "proposed to lift, open:", "· settled", "approved", "lifted")
    done = at("order", "-o", tmp_path / "order.csv", "--by", "mei")
    in_order(
        done, "BLOCK-CASH", "UNBLOCK-CASH", "2 lines written", "The desk recommends; the lender's system executes."
    )
    rows = pl.read_csv(tmp_path / "order.csv")
    assert rows.columns == [column.name for column in frames.ORDERS]
    assert at("order").out.startswith("Nothing is to be ordered")
    assert len(at("order", "--all", "--json").json) == 2


def test_what_comes_back_is_said_at_once_and_in_the_list(at: Run) -> None:
    at("impose", CASH, "--reason", "CASH3")
    at("lift", CASH, "--by", "mei", "--note", "settled")
    at("approve", CASH, "--by", "jo")
    again = "Re-breach: Restricted again, 0 days after the lift of 30 Sep."
    in_order(at("impose", CASH, "--reason", "CASH3"), f"! {CASH}: {again}")
    in_order(at(), f"! {CASH}: {again}")
    assert at("show", CASH, "--json").json["rebreach"] == again


def test_a_suspension_waits_for_a_lead(at: Run) -> None:
    in_order(at("impose", CASH, "--reason", "FRAUD"), "proposed, not in force")
    assert at("approve", CASH).code == 2
    in_order(at("refuse", CASH, "--by", "jo", "--note", "too hard"), "refused; nothing is restricted")
    assert at("--json").json == []


def test_false_information_holds_it_and_says_what_is_missing(at: Run) -> None:
    at("impose", LARGE, "--reason", "LARGE")
    in_order(at("confirm", LARGE, "documents", "--found", "false", "--note", "forged"), f"{LARGE}: documents false.")
    (found,) = at("--json").json
    assert found["rule"] == "FALSE-INFO"
    checks = {check["id"]: (check["met"], check["todo"]) for check in found["checks"]}
    assert checks["documents"] == ("no", "ask for what is missing in them")
    assert checks["income"][0] == "unknown"
    assert "ask for a document" in checks["income"][1]


def test_varying_and_putting_off(at: Run) -> None:
    at("impose", LARGE, "--reason", "LARGE")
    cut = at("vary", LARGE, "--kind", "limit-cut", "--limit", "20000", "--note", "grows")
    in_order(cut, "Limit cut 20,000 in force since 30 Sep")
    in_order(at("extend", LARGE, "--until", "+90", "--note", "bonus"), "review Tue 29 Dec")
    in_order(at("review", LARGE), "Review   Tue 29 Dec, a person named the day")
    in_order(at("vary", LARGE, "--kind", "watch", "--note", "paid", "--by", "mei"), "until another lead approves")


def test_some_refused_is_exit_code_1_and_each_says_why(at: Run) -> None:
    done = at("impose", CASH, "NOBODY", "--reason", "CASH3")
    assert done.code == 1
    assert done.out.startswith(f"{CASH}: No cash advance in force")
    assert done.err == "Note: NOBODY refused: It is not in the newest book. Look for it with  deskcollect worklist\n"


def test_the_accounts_come_from_stdin_too(at: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{CASH}\n{LARGE}\n"))
    done = at("impose", "-", "--reason", "CASH3", "--json")
    assert [each["account_id"] for each in done.json] == [CASH, LARGE]
    monkeypatch.setattr("sys.stdin", StringIO("\n"))
    assert at("lift", "-").err.startswith("deskcollect: No account is named.")


def test_an_undo_says_what_to_do_instead(at: Run, line: Run, own_undecided: Path) -> None:
    (written,) = at("impose", CASH, "--reason", "CASH3", "--json").json
    done = line("undo", written["event_id"], "--desk", own_undecided)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("deskcollect: A restriction is not taken back but lifted, by two leads.")


def test_the_json_of_an_act_holds_its_proof_and_what_stands(at: Run) -> None:
    written, refused = at("impose", CASH, "NOBODY", "--reason", "CASH3", "--json").json
    assert (written["written"], written["code"], written["rebreach"]) == (True, "impose", None)
    assert written["restriction"]["state"] == "active"
    assert written["restriction"]["evidence"][0]["rule"]
    assert refused == {
        "account_id": "NOBODY",
        "written": False,
        "message": "It is not in the newest book.",
        "remedy": "Look for it with  deskcollect worklist",
    }


def test_the_json_of_what_if_sets_now_beside_then(at: Run) -> None:
    at("impose", CASH, "--reason", "CASH3")
    told = at("what-if", CASH, "--paid", "3200", "--quiet-days", "40", "--json").json
    assert (told["paid"], told["now"]["past_due"], told["then"]["past_due"]) == ("3200.00", "8800.00", "5600.00")
    met = {check["id"]: check["met"] for check in told["then"]["checks"]}
    assert met["quiet-30"] == "yes"
    assert at("what-if", CASH, "--quiet-days", "-1").code == 2


def test_an_order_as_json_and_parquet(at: Run, tmp_path: Path) -> None:
    at("impose", CASH, "--reason", "CASH3")
    at("order", "-o", tmp_path / "order.json")
    assert json.loads((tmp_path / "order.json").read_text("utf-8"))[0]["order_code"] == "BLOCK-CASH"
    at("order", "--all", "-o", tmp_path / "order.parquet")
    assert pl.read_parquet(tmp_path / "order.parquet").schema == frames.polars_schema(frames.ORDERS)


def test_the_account_tells_what_was_done(at: Run, line: Run, own_undecided: Path) -> None:
    at("impose", CASH, "--reason", "CASH3", "--note", "three in a week")
    out = line("show", CASH, "--desk", own_undecided).out
    assert "Restriction imposed: no cash advance, CASH3, 2026-12-29 · three in a week" in out


def test_an_unknown_account_is_told_so(at: Run) -> None:
    assert at("show", "NOBODY").err.startswith("deskcollect: No account NOBODY in the book of 30 Sep 2026.")
