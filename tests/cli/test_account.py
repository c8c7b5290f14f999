"""One account on the command line: show, record, undo, alerts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskcollect import settings
from deskcollect.vocabulary import Role
from tests.cli.line import Run

TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=2)

RETRY = "01920000-0000-7000-8000-000000000001"


def scores(line: Run, desk: Path) -> dict[str, int]:
    rows = line("worklist", "--desk", desk, "--queue", "all", "--json").json
    return {row["account_id"]: row["score"] for row in rows}


# --- show --------------------------------------------------------------------------------------------------------------


def test_show_tells_score_money_and_what_was_done(line: Run, demo: Path) -> None:
    out = line("show", "TW-000026", "--desk", demo).out
    for words in ("Zúñiga Matías", "Money", "Score, in points", "What would change it", "Said and done", "Contact"):
        assert words in out
    assert "may call" not in out.lower()


def test_the_json_of_an_account_holds_its_events_with_ids(line: Run, demo: Path) -> None:
    told = line("show", "TW-000026", "--desk", demo, "--json").json
    assert told["account_id"] == "TW-000026"
    assert told["events"]
    assert all(event["event_id"] for event in told["events"])
    assert "name_key" not in told
    assert isinstance(told["balance"], str)


def test_the_points_of_the_json_add_up(line: Run, demo: Path) -> None:
    told = line("show", "TW-000026", "--desk", demo, "--json").json
    assert told["average_score"] + sum(r["points"] for r in told["reasons"]) == told["card_score"]
    step = told["recorded"]
    assert step["before"] + sum(part["points"] for part in step["parts"]) == step["after"] == told["score"]


def test_a_minimum_that_only_the_statements_give_is_shown_with_its_statement_and_can_be_promised(
    line: Run, home: Path
) -> None:
    (home / "book").mkdir()
    (home / "book" / "accounts.csv").write_text(
        "account_id,currency,balance,past_due,days_past_due,minimum_due\n"
        "A1,EUR,1200,400,35,\nA2,EUR,1200,400,35,55\nA3,EUR,1200,400,35,\n"
    )
    (home / "book" / "statements.csv").write_text(
        "account_id,statement_date,balance,paid,minimum_due\n"
        "A1,2026-01-15,1000,0,30\nA1,2026-02-15,1100,0,40\nA2,2026-02-15,1100,0,40\nA3,2026-02-15,1100,0,\n"
    )
    assert line("init", "own", "--book", "book", "--as-of", "2026-03-02", "--by", "ines").code == 0
    told = {name: line("show", name, "--desk", "own").out for name in ("A1", "A2", "A3")}
    shown = {name: " ".join(re.findall(r"Minimum due +(.*?) *\n", out)[0].split()) for name, out in told.items()}
    assert re.fullmatch(r"40 as of the statement of 15 Feb( 2026)?", shown["A1"])
    assert (shown["A2"], shown["A3"]) == ("55", "–")
    done = line("record", "A1", "PTP", "--amount", "min", "--due", "+3", "--desk", "own", "--json")
    assert done.json["amount"] == "40.00"


BAD = "account_id,currency,balance,past_due,days_past_due\nA1,EUR,1200,400,35\nA2,EUR,9x0,0,0\n"


def test_an_account_that_was_set_aside_when_the_desk_was_made_is_told_so_until_the_book_is_mended(
    line: Run, home: Path
) -> None:
    book = home / "book.csv"
    book.write_text(BAD)
    assert line("init", "own", "--book", book, "--as-of", "2026-03-02", "--by", "ines").code == 0
    assert "The row of account A2 in the book of 02 Mar 2026 was set aside." in line("show", "A2", "--desk", "own").err
    assert "No account A9 in the book" in line("show", "A9", "--desk", "own").err
    book.write_text(BAD.replace("9x0", "900"))
    line("import", book, "--as-of", "2026-03-02", "--replace", "--desk", "own")
    assert line("show", "A2", "--desk", "own").code == 0
    assert list((home / "own" / "set-aside").iterdir()) == []


def test_what_is_kept_of_rows_set_aside_may_be_damaged_or_gone(line: Run, home: Path) -> None:
    book = home / "book.csv"
    book.write_text(BAD)
    line("init", "own", "--book", book, "--as-of", "2026-03-02", "--by", "ines")
    (kept,) = (home / "own" / "set-aside").iterdir()
    for content in (b"", kept.read_bytes()[:-9], b"PAR1nothing"):
        kept.write_bytes(content)
        assert "No account A2 in the book" in line("show", "A2", "--desk", "own").err
    kept.unlink()
    assert "No account A2 in the book" in line("show", "A2", "--desk", "own").err


def test_a_trial_run_of_an_import_keeps_nothing_of_what_it_sets_aside(line: Run, desk: Path, home: Path) -> None:
    (home / "book.csv").write_text(BAD)
    line("import", "book.csv", "--as-of", "2026-04-02", "--dry-run", "--desk", desk)
    assert not (desk / "set-aside").exists()


# --- record and undo ---------------------------------------------------------------------------------------------------


def test_a_record_shows_the_old_and_the_new_score(line: Run, desk: Path) -> None:
    before = scores(line, desk)["A1"]
    done = line("record", "A1", "RP", "--note", "lost her job", "--desk", desk)
    after = scores(line, desk)["A1"]
    assert done.code == 0
    assert f"Score {before} → {after}  declined to pay −" in done.out
    assert "deskcollect undo" in done.err


def test_undo_brings_back_the_exact_score(line: Run, desk: Path) -> None:
    before = scores(line, desk)
    event = line("record", "A1", "RP", "--desk", desk, "--json").json
    assert scores(line, desk) != before
    done = line("undo", event["event_id"], "--reason", "wrong account", "--desk", desk, "--json").json
    assert done["corrects"] == event["event_id"]
    assert (done["score_before"], done["score_after"]) == (event["score_after"], event["score_before"])
    assert scores(line, desk) == before
    history = line("show", "A1", "--desk", desk, "--json").json["events"]
    assert [e["withdrawn"] for e in history if e["event_id"] == event["event_id"]] == [True]


def test_the_json_of_a_record_is_its_proof(line: Run, desk: Path) -> None:
    told = line("record", "A1", "PTP", "--amount", "250.50", "--due", "+3", "--desk", desk, "--json").json
    assert told["amount"] == "250.50"
    assert told["currency"] == "EUR"
    assert told["by"] == "ines"
    assert told["seq"] == 1
    assert len(told["hash"]) == 64
    assert told["recorded_at"]
    assert sum(part["points"] for part in told["parts"]) == told["score_after"] - told["score_before"]


@pytest.mark.parametrize(("word", "amount"), [("full", "400.00"), ("half", "200.00"), ("min", "40.00")])
def test_an_amount_can_be_a_word(line: Run, desk: Path, word: str, amount: str) -> None:
    told = line("record", "A1", "PTP", "--amount", word, "--due", "+3", "--desk", desk, "--json").json
    assert told["amount"] == amount


def test_every_option_reaches_the_ledger(line: Run, desk: Path) -> None:
    told = line(
        *("record", "A1", "CB", "--callback", "+2h", "--note", "at work now", "--channel", "phone", "--inbound"),
        *("--contact-point", "mobile", "--by", "ben", "--desk", desk, "--json"),
    ).json
    assert (told["by"], told["note"], told["channel"]) == ("ben", "at work now", "phone")
    assert (told["direction"], told["contact_point"]) == ("inbound", "mobile")
    assert told["data"]["at"]


@pytest.mark.parametrize(
    ("said", "happened"),
    [
        ("9:30", "2026-09-30T09:30"),
        ("23:00", "2026-09-29T23:00"),
        ("tue 9:30", "2026-09-29T09:30"),
        ("yesterday 17:00", "2026-09-29T17:00"),
        ("-2h", "2026-09-30T08:0"),
        ("2026-09-28T09:30", "2026-09-28T09:30"),
    ],
)
def test_a_time_at_which_something_happened_has_passed(line: Run, own_demo: Path, said: str, happened: str) -> None:
    done = line("record", "TW-000026", "NOTE", "--note", "rang back", "--at", said, "--desk", own_demo, "--json")
    assert done.code == 0, done.err
    assert done.json["occurred_at"].startswith(happened)


def test_a_time_to_call_is_still_to_come(line: Run, own_demo: Path) -> None:
    done = line("record", "TW-000026", "CB", "--callback", "9:30", "--desk", own_demo, "--json")
    assert done.json["data"]["at"].startswith("2026-10-01T09:30")


def test_an_amount_above_the_balance_is_recorded_once_it_is_said_to_be_meant(line: Run, desk: Path) -> None:
    words = ("record", "A1", "PTP", "--amount", "1300", "--due", "+3", "--desk", desk)
    refused = line(*words)
    assert refused.code == 2
    assert "1,300.00 is more than the whole balance of 1,200.50." in refused.err
    assert line("show", "A1", "--desk", desk, "--json").json["events"] == []
    assert line(*words, "--above-balance", "--json").json["amount"] == "1300.00"


def test_an_amount_within_the_balance_needs_no_second_word(line: Run, desk: Path) -> None:
    done = line("record", "A1", "PTP", "--amount", "balance", "--due", "+3", "--desk", desk, "--json")
    assert done.json["amount"] == "1200.50"


def test_a_retry_of_a_record_above_the_balance_counts_once(line: Run, desk: Path) -> None:
    words = ("record", "A1", "PTP", "--amount", "1300", "--due", "+3", "--event-id", RETRY, "--desk", desk, "--json")
    assert line(*words, "--above-balance").code == 0
    assert line(*words).json["replayed"]


def test_a_retry_under_its_id_counts_once(line: Run, desk: Path) -> None:
    words = ("record", "A1", "PTP", "--amount", "full", "--due", "+3", "--event-id", RETRY, "--desk", desk, "--json")
    first, second = line(*words).json, line(*words).json
    assert not first["replayed"]
    assert second["replayed"]
    assert (first["seq"], first["hash"]) == (second["seq"], second["hash"])
    assert len(line("show", "A1", "--desk", desk, "--json").json["events"]) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("CB", "--callback", f"{SOON}T14:00"), ("CB", "--callback", f"{SOON}T15:00")),
        (
            ("PLAN", "--amount", "40", "--count", "3", "--due", "+7"),
            ("PLAN", "--amount", "40", "--count", "4", "--due", "+7"),
        ),
        (("DISP", "--reason", "paid"), ("DISP", "--reason", "amount")),
        (("NA", "--channel", "phone"), ("NA", "--channel", "text")),
    ],
)
def test_a_retry_that_says_something_else_is_not_taken_for_the_same(
    line: Run, desk: Path, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    for words, code in ((first, 0), (first, 0), (second, 2)):
        done = line("record", "A1", *words, "--event-id", RETRY, "--desk", desk)
        assert done.code == code, done.err


def test_the_time_of_a_callback_is_told_wherever_the_callback_is(line: Run, desk: Path) -> None:
    at = f"{SOON.day} {SOON:%b} 14:00" if SOON.year == TODAY.year else f"{SOON.day} {SOON:%b} {SOON.year} 14:00"
    done = line("record", "A1", "CB", "--callback", f"{SOON}T14:00", "--desk", desk)
    assert f"Call back at {at}" in done.out
    assert f"Asked for {at}" in line("worklist", "--queue", "callbacks", "--desk", desk).out
    shown = line("show", "A1", "--desk", desk).out
    assert f"Call back at {at}, as the customer asked" in shown
    assert shown.count(at) >= 2


def test_another_record_under_the_same_id_is_refused(line: Run, desk: Path) -> None:
    line("record", "A1", "NA", "--event-id", RETRY, "--desk", desk)
    assert line("record", "A1", "BZ", "--event-id", RETRY, "--desk", desk).code == 2
    assert line("record", "A1", "NA", "--event-id", "", "--desk", desk).code == 2


def test_a_name_that_desk_toml_does_not_know_is_noted(line: Run, desk: Path) -> None:
    done = line("record", "A1", "NA", "--by", "inez", "--desk", desk)
    assert done.code == 0
    assert "Did you mean ines?" in done.err


def test_who_records_is_asked_once(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.write(desk, replace(settings.read(desk), me="", people={}))
    monkeypatch.setattr("deskcollect.cli.diagnostics.interactive", lambda: True)
    monkeypatch.setattr("deskcollect.cli.diagnostics.ask", lambda *_: "mia")
    assert line("record", "A1", "NA", "--desk", desk, "--json").json["by"] == "mia"
    assert settings.read(desk).me == "mia"


def test_a_name_is_added_to_desk_toml_as_it_is_written_now(
    line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.write(desk, replace(settings.read(desk), me="", people={"ana": Role.LEAD}))

    def asked(*_: str) -> str:
        """Edit desk.toml in another window before the answer."""
        path = desk / settings.FILE
        path.write_text(path.read_text("utf-8").replace('theme = "dark"', 'theme = "light"  # for the window'), "utf-8")
        return "mia"

    monkeypatch.setattr("deskcollect.cli.diagnostics.interactive", lambda: True)
    monkeypatch.setattr("deskcollect.cli.diagnostics.ask", asked)
    done = line("record", "A1", "NA", "--desk", desk)
    assert done.code == 0
    assert "is not among the people" not in done.err
    assert 'theme = "light"  # for the window' in (desk / settings.FILE).read_text("utf-8")
    assert settings.read(desk).people == {"ana": "lead", "mia": "collector"}


def test_where_nobody_answers_the_login_is_taken_and_said(
    line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.write(desk, replace(settings.read(desk), me="", people={}))
    monkeypatch.setattr("getpass.getuser", lambda: "mia")
    done = line("record", "A1", "NA", "--desk", desk)
    assert done.code == 0
    assert "recorded as mia" in done.err


# --- alerts ------------------------------------------------------------------------------------------------------------


def test_the_gravest_alerts_come_first_with_their_evidence(line: Run, demo: Path) -> None:
    rows = line("alerts", "--desk", demo, "--json").json
    order = ["red", "orange", "yellow", "blue"]
    assert [row["alert_level"] for row in rows] == sorted((row["alert_level"] for row in rows), key=order.index)
    assert all(signal["evidence"] and "?" not in signal["evidence"] for row in rows for signal in row["signals"])


def test_alerts_and_alerts_list_are_the_same(line: Run, demo: Path) -> None:
    assert line("alerts", "--desk", demo).out == line("alerts", "list", "--desk", demo).out


def test_levels_and_limit_narrow_the_alerts(line: Run, demo: Path) -> None:
    rows = line("alerts", "list", "--level", "red,orange", "--limit", "3", "--desk", demo, "--json").json
    assert len(rows) == 3
    assert {row["alert_level"] for row in rows} <= {"red", "orange"}


def test_one_account_says_every_warning(line: Run, demo: Path) -> None:
    account = line("alerts", "--desk", demo, "--json").json[0]
    out = line("alerts", "show", account["account_id"], "--desk", demo).out
    for signal in account["signals"]:
        assert signal["evidence"] in out
    alone = line("alerts", "show", account["account_id"], "--desk", demo, "--json").json
    assert {name: alone[name] for name in account} == account
    assert [case["number"] for case in alone["cases"]] == [1]


def test_an_account_without_a_warning_says_so(line: Run, desk: Path) -> None:
    assert "no early warning" in line("alerts", "show", "A2", "--desk", desk).out
    assert line("alerts", "--desk", desk, "--json").json == []
