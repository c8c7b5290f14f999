"""deskcollect policy: rules checked, explained, copied and tried."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deskcollect import resources
from deskcollect.policy import catalogue
from deskcollect.policy.load import FILES, load
from deskcollect.present.policy import DECIDES
from tests.cli.line import Run

SHIPPED = resources.policies()


def changed(folder: Path, old: str, new: str, name: str = "alerts.toml") -> Path:
    """Write the shipped early warnings with one place changed."""
    text = (SHIPPED / "alerts.toml").read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    return folder / name


# --- check -------------------------------------------------------------------------------------------------------------------


def test_good_policies_are_counted(line: Run, desk: Path) -> None:
    done = line("policy", "check", "--desk", desk)
    number = len(list(catalogue.rules(load())))
    assert done.code == 0
    assert done.out.splitlines() == [
        f"{number} rules in {len(FILES)} files, all good.",
        f"All in {desk / 'policies'}.",
    ]
    assert line("policy", "check", "--desk", desk, "--json").json == []


def test_without_a_desk_the_shipped_ones_are_checked(line: Run, home: Path) -> None:
    assert line("policy", "check").out.splitlines()[1] == "All as shipped."
    changed(home, "cap_share = 0.20", "cap_share = 0.30", "mine.toml")
    assert line("policy", "check", "mine.toml").out.splitlines()[1] == "mine.toml; besides it, all as shipped."


def test_a_folder_is_checked_as_that_of_a_desk(line: Run, home: Path, desk: Path) -> None:
    changed(home, "cap_share = 0.20", "cap_share = 0.30")
    assert line("policy", "check", home).out.splitlines()[1] == f"1 of them in {home}, the others as shipped."
    assert line("policy", "check", desk).out.splitlines()[1] == f"All in {desk / 'policies'}."


def test_each_finding_is_an_object_with_its_place(line: Run, home: Path) -> None:
    changed(home, "cap_share = 0.20", "cap_share = 20")
    done = line("policy", "check", home / "alerts.toml", "--json")
    assert done.code == 2
    assert done.json == [
        {
            "file": "alerts.toml",
            "line": 1,
            "message": "cap_share = 20.0 cannot be meant",
            "remedy": "Write a number from 0 to 1.",
        }
    ]


# --- init --------------------------------------------------------------------------------------------------------------------


def test_the_shipped_files_are_copied_and_good(line: Run, home: Path) -> None:
    done = line("policy", "init", home / "mine")
    assert (done.code, done.out) == (0, "")
    assert f"{len(FILES)} files written to {home / 'mine'}." in done.err
    assert line("policy", "check", home / "mine").code == 0


def test_a_desk_gets_them_in_its_policies(line: Run, desk: Path) -> None:
    shutil.rmtree(desk / "policies")
    assert line("policy", "init", desk).code == 0
    assert (desk / "policies" / "cases.toml").is_file()


def test_a_single_file_of_ones_own_is_never_overwritten(line: Run, home: Path) -> None:
    (home / "mine").mkdir()
    (home / "mine" / "why.toml").write_text("mine", "utf-8")
    done = line("policy", "init", home / "mine")
    assert done.code == 2
    assert "already: why.toml." in done.err
    assert [path.name for path in (home / "mine").iterdir()] == ["why.toml"]
    assert (home / "mine" / "why.toml").read_text("utf-8") == "mine"


# --- explain -----------------------------------------------------------------------------------------------------------------


def test_every_file_says_what_it_decides(line: Run, desk: Path) -> None:
    assert tuple(DECIDES) != ()
    assert set(DECIDES) == set(FILES)
    told = line("policy", "explain", "--json").json
    assert [row["file"] for row in told] == list(FILES)
    assert {row["whose"] for row in told} == {"shipped"}
    assert "the desk's own" in line("policy", "explain", "--desk", desk).out


def test_a_file_lists_its_rules(line: Run) -> None:
    told = line("policy", "explain", "alerts.toml", "--json").json
    assert [row["rule"] for row in told if row["kind"] == "signal"] == [rule.id for rule in load().signals]
    (found,) = [row for row in told if row["rule"] == "payment-returned"]
    assert found["when"] == "returned payments in 30 days at least 1"
    assert "payment-returned" in line("policy", "explain", "alerts.toml").out


def test_a_column_says_what_it_means_and_who_uses_it(line: Run) -> None:
    (told,) = line("policy", "explain", "returned_count", "--json").json
    assert told["type"] == "whole number"
    assert "alerts.toml" in told["files"]
    assert {"signal payment-returned when measure"} <= {
        " ".join([entry["kind"], entry["rule"], *entry["in"]]) for entry in told["used_by"]
    }
    text = line("policy", "explain", "exposure").out
    assert "Values    none, low, mid, high" in text
    assert "tiers.toml" in text


def test_a_column_that_no_rule_uses_says_so(line: Run) -> None:
    unused = next(name for name in catalogue.columns() if not any(rule.uses(name) for rule in catalogue.rules(load())))
    assert "No rule uses it." in line("policy", "explain", unused).out


def test_a_rule_is_told_in_words_with_what_it_needs_and_where_it_fires(line: Run, desk: Path) -> None:
    done = line("policy", "explain", "payment-returned", "--desk", desk)
    signal = done.out.partition("signal in alerts.toml")[2].partition("\n\n")[0]
    assert "returned payments in 30 days at least 1" in signal
    assert "Strength     strong" in signal
    assert "not there" in signal
    assert "fires on 0 of 3 accounts" in signal


def test_a_name_may_be_that_of_several_rules(line: Run) -> None:
    told = line("policy", "explain", "promise-broken", "--json").json
    assert {entry["kind"] for entry in told} >= {"signal", "treatment"}
    assert all(entry["accounts_today"] is None for entry in told)


def test_a_code_is_found_in_small_letters_too(line: Run) -> None:
    (told,) = line("policy", "explain", "ptp", "--json").json
    assert (told["rule"], told["kind"]) == ("PTP", "outcome")


def test_each_rule_and_each_column_can_be_told(line: Run) -> None:
    for name in ("C", "orange-confirmed", "red", "collector", "phone", "hold_on", "case_state", "signals"):
        assert line("policy", "explain", name).code == 0, name


# --- simulate ----------------------------------------------------------------------------------------------------------------

LATE = """
[[signal]]
id = "late"
label = "Late"
family = "payment"
strength = "decisive"
seen_on = "as_of"
needs = []
evidence = "{dpd} days past due"
when = "dpd >= 30"

[[signal]]
id = "paid-back"
label = "Paid back"
family = "payment"
strength = "weak"
seen_on = "returned_on"
needs = ["payments"]
evidence = "{returned_count}"
when = "returned_count >= 1"
"""


@pytest.fixture
def late(home: Path, desk: Path) -> Path:
    """Return early warnings of which one is of every account that is 30 days late: A1 and A3."""
    (desk / "policies" / "restrictions.toml").unlink()  # its reasons name signals that are not there
    text = (SHIPPED / "alerts.toml").read_text("utf-8")
    levels = text[text.index("[[level]]") :]
    (home / "late.toml").write_text(f"schema = 1\ncap_share = 0.2\n{LATE}\n{levels}", "utf-8")
    return home / "late.toml"


def test_what_would_be_added_is_told_with_its_evidence(line: Run, desk: Path, late: Path) -> None:
    done = line("policy", "simulate", late, "--desk", desk)
    assert (done.code, done.err) == (0, "")
    told = " ".join(done.out.split())
    assert "late.toml in the place of the rules in force; nothing is saved" in told
    assert "66.7 % of the accounts would carry a warning on 2026-03-02, 0.0 % do now" in told
    assert "That is above the cap" in told
    assert "Paid back cannot fire: the book has no payments" in told
    assert "■ red A1 Ines Prado nobody 35 days past due" in told
    assert "What is new shows from the second day on." in told
    assert "late new 0 2" in told


def test_a_program_reads_it_as_one_object(line: Run, desk: Path, late: Path) -> None:
    told = line("policy", "simulate", late, "--desk", desk, "--limit", "1", "--json").json
    assert told["above_cap"] is True
    assert told["days"] == [
        {
            "day": "2026-03-02",
            "accounts_count": 3,
            "before_count": 0,
            "after_count": 2,
            "added_count": 2,
            "removed_count": 0,
            "up_count": 0,
            "down_count": 0,
            "new_before_count": None,
            "new_after_count": None,
        }
    ]
    assert told["added_count"] == 2
    (first,) = told["added"]
    assert first["signals"] == [{"rule": "late", "evidence": "35 days past due"}]
    assert told["silent"] == [{"rule": "paid-back", "lacks": ["payments"]}]
    assert [row["rule"] for row in told["rules"]][:2] == ["late", "paid-back"]


def test_the_rules_in_force_change_nothing(line: Run, desk: Path) -> None:
    done = line("policy", "simulate", desk / "policies" / "alerts.toml", "--desk", desk)
    assert "the same accounts at the same levels as those in force, on 1 day looked at." in done.out
    assert "Added" not in done.out


def test_rules_that_are_written_otherwise_are_named_and_what_they_lose_too(
    line: Run, desk: Path, late: Path, home: Path
) -> None:
    shutil.copy(late, desk / "policies" / "alerts.toml")
    text = late.read_text("utf-8").replace("dpd >= 30", "dpd >= 40").replace('id = "paid-back"', 'id = "bounced"')
    (home / "mine.toml").write_text(text, "utf-8")
    told = [" ".join(row.split()) for row in line("policy", "simulate", "mine.toml", "--desk", desk).out.splitlines()]
    assert "late changed 2 1 2 1" in told
    assert "bounced new 0 0 0 0" in told
    assert "paid-back gone 0 0 0 0" in told
    assert "nobody 2 1 0 1 0 0 – –" in told
    assert told[told.index("Removed on 2026-03-02: 1") + 2] == "■ red A1 Ines Prado nobody 35 days past due"


def test_an_interruption_is_told_as_one(line: Run, desk: Path, late: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deskcollect.desk.alerts.simulate.look", stopped)
    done = line("policy", "simulate", late, "--desk", desk)
    assert (done.code, done.out, done.err) == (130, "", "Interrupted.\n")
