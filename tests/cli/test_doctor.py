"""deskcollect doctor: everything well, and each thing that can be wrong."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deskcollect import settings
from deskcollect.errors import Busy
from tests.cli.line import Run, copied


def findings(line: Run, desk: Path) -> dict[str, dict[str, str]]:
    return {entry["check"]: entry for entry in line("doctor", "--desk", desk, "--json").json}


@pytest.fixture(autouse=True)
def _utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda **_: "UTF-8")


def test_a_new_desk_is_well(line: Run, desk: Path) -> None:
    done = line("doctor", "--desk", desk)
    assert done.code == 0
    assert "0 wrong" in done.out


def test_it_says_where_everything_is(line: Run, desk: Path) -> None:
    told = findings(line, desk)
    for name in ("desk", "shipped policies", "scorecards", "themes", "sample data", "manual", "your data folder"):
        assert Path(told[name]["found"]).is_absolute()
    assert str(desk / "ledger") in told["ledger"]["found"]
    assert str(desk / "snapshots") in told["books"]["found"]
    assert "polars" in told["packages"]["found"]


def test_without_a_desk_the_machine_is_looked_at(line: Run) -> None:
    done = line("doctor", "--json")
    assert done.code == 0
    [desk] = [entry for entry in done.json if entry["check"] == "desk"]
    assert desk["state"] == "warn"
    assert "deskcollect init" in desk["remedy"]


def test_each_mistake_in_a_policy_is_named_with_file_and_line(line: Run, desk: Path) -> None:
    tiers = desk / "policies" / "tiers.toml"
    tiers.write_text(tiers.read_text("utf-8").replace("prob_default < 0.10", "prob_defalt < 0.10"), "utf-8")
    done = line("doctor", "--desk", desk)
    assert done.code == 1
    assert "fail   policies" in done.out
    assert "tiers.toml line" in done.out


def test_a_damaged_ledger_is_found(line: Run, desk: Path) -> None:
    for _ in range(3):
        line("record", "A1", "NA", "--desk", desk)
    [segment] = (desk / "ledger").glob("*.jsonl")
    damaged = bytearray(segment.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    segment.write_bytes(damaged)
    told = findings(line, desk)
    assert told["ledger"]["state"] == "fail"
    assert "Record" in told["ledger"]["remedy"]
    assert line("doctor", "--desk", desk).code == 1
    worklist = line("worklist", "--desk", desk)
    assert (worklist.code, "The ledger is damaged: nothing can be recorded." in worklist.err) == (0, True)


def test_each_damaged_snapshot_is_named_and_the_ledger_is_still_looked_at(line: Run, own_demo: Path) -> None:
    books = sorted((own_demo / "snapshots").glob("2026-*"))
    for book in (books[0], books[-1]):
        (book / "accounts.parquet").write_bytes(b"")
    done = line("doctor", "--desk", own_demo, "--json")
    assert done.code == 1
    damaged = [entry["found"] for entry in done.json if (entry["check"], entry["state"]) == ("books", "fail")]
    assert damaged == [
        f"The snapshot {book.name} is damaged: accounts.parquet is not what was written."
        for book in (books[0], books[-1])
    ]
    assert {"ledger", "writable", "clock", "rights"} <= {entry["check"] for entry in done.json}


def test_a_part_that_cannot_be_looked_at_hides_no_other(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise Busy("Another program is writing.", "Try again.")

    monkeypatch.setattr("deskcollect.ledger.store.Ledger.verify", busy)
    told = findings(line, desk)
    assert told["ledger"]["found"] == "Another program is writing."
    assert told["books"]["state"] == told["clock"]["state"] == "ok"


def test_whatever_else_is_wrong_the_rights_are_looked_at(line: Run, desk: Path) -> None:
    (desk / "policies" / "tiers.toml").write_text("schema = 1\n", "utf-8")
    assert {"columns", "rights"} <= findings(line, desk).keys()


def test_the_end_of_an_interrupted_write_is_told(line: Run, desk: Path) -> None:
    line("record", "A1", "NA", "--desk", desk)
    [segment] = (desk / "ledger").glob("*.jsonl")
    with segment.open("ab") as file:
        file.write(b'{"seq":2,"half')
    assert "quarantine" not in findings(line, desk)
    line("record", "A1", "NA", "--desk", desk)
    told = findings(line, desk)
    assert told["ledger"]["state"] == "ok"
    assert "as an interrupted write leaves it" in told["quarantine"]["found"]
    assert told["quarantine"]["state"] == "ok"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"date_format": "%q"}, "The date format “%q” does not say day, month and year."),
        ({"currency": "NTD"}, "“NTD” is no currency of ISO 4217."),
        ({"columns": {"Offen": "balanc"}}, "[columns] maps “Offen” to “balanc”, which is no column."),
    ],
)
def test_what_would_spoil_the_next_book_is_found_before_it_comes(
    line: Run, desk: Path, wrong: dict[str, Any], sentence: str
) -> None:
    settings.write(desk, replace(settings.read(desk), **wrong))
    done = line("doctor", "--desk", desk)
    assert done.code == 1
    assert sentence in done.out


def test_a_day_that_waits_for_the_next_book_is_worth_a_look(line: Run, desk: Path) -> None:
    settings.write(desk, replace(settings.read(desk), as_of=date(2026, 3, 2)))
    done = line("doctor", "--desk", desk)
    assert done.code == 0
    assert "as_of = 2026-03-02: the next book will be taken to be of that day too" in done.out


def test_the_head_of_the_ledger_is_named(line: Run, desk: Path) -> None:
    digest = line("record", "A1", "NA", "--desk", desk, "--json").json["hash"]
    assert f"head 1:{digest[:16]}" in findings(line, desk)["ledger"]["found"]


@pytest.mark.skipif(os.name == "nt", reason="Windows guards the folder by the profile")
def test_a_desk_open_to_others_is_worth_a_look(line: Run, desk: Path) -> None:
    desk.chmod(0o755)
    told = findings(line, desk)["rights"]
    assert told["state"] == "warn"
    assert "chmod" in told["remedy"]


def test_a_synchronised_folder_is_worth_a_look(line: Run, desk: Path, tmp_path: Path) -> None:
    moved = desk.rename(tmp_path / "Dropbox")
    assert findings(line, moved)["place"]["state"] == "warn"


def test_a_book_of_tomorrow_says_that_the_clock_is_wrong(line: Run, desk: Path) -> None:
    newest = desk / "snapshots" / "2026-03-02"
    newest.rename(newest.with_name("2999-01-01"))
    manifest = newest.with_name("2999-01-01") / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("2026-03-02", "2999-01-01"), "utf-8")
    assert findings(line, desk)["clock"]["state"] == "warn"


def test_a_bad_desk_toml_is_found(line: Run, desk: Path) -> None:
    (desk / settings.FILE).write_text("nmae = 'x'\n", "utf-8")
    done = line("doctor", "--desk", desk)
    assert done.code == 1
    assert "unknown key “nmae”" in done.out


def test_a_small_window_is_worth_a_look(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskcollect.cli.output.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "20")
    told = findings(line, desk)["terminal"]
    assert told["state"] == "warn"
    assert "60x20" in told["found"]


# --- desks that meet ---------------------------------------------------------------------------------------------------------


def test_a_desk_that_is_not_of_its_team_is_worth_a_look(line: Run, desk: Path) -> None:
    settings.write(desk, replace(settings.read(desk), team={"front": "a1", "north": "b2"}))
    found = findings(line, desk)["desk id"]
    assert found["state"] == "warn"
    assert "is not in [team] of desk.toml" in found["found"]
    settings.write(desk, replace(settings.read(desk), desk_id="", team={}))
    assert "ledger adopt" in findings(line, desk)["desk id"]["remedy"]


def test_a_server_that_cannot_be_reached_is_worth_a_look(line: Run, desk: Path) -> None:
    assert "server" not in findings(line, desk)
    line("record", "A1", "NA", "--desk", desk)
    settings.write(desk, replace(settings.read(desk), ledger="postgresql://x@localhost:1/none"))
    found = findings(line, desk)["server"]
    assert (found["state"], "cannot be reached; 1 entry waits here" in found["found"]) == ("warn", True)


def test_a_ledger_as_it_was_before_is_worth_a_look(line: Run, desk: Path) -> None:
    (desk / "ledger-before-restore-2026-11-23").mkdir()
    assert findings(line, desk)["old copies"]["state"] == "warn"


def test_sealed_notes_that_nothing_can_open_are_wrong(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", "correct horse")
    line("ledger", "seal", "--desk", desk)
    assert findings(line, desk)["notes"]["state"] == "ok"
    monkeypatch.setattr("deskcollect.cli.ledger_health.find_spec", lambda _: None)
    assert findings(line, desk)["notes"]["state"] == "fail"


# --- the keys of sealed notes ------------------------------------------------------------------------------------------------


@pytest.fixture
def sealed(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a desk with sealed notes of two customers; nobody has given the passphrase."""
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", "correct horse")
    line("ledger", "seal", "--desk", desk)
    for account in ("A1", "A2"):
        assert line("record", account, "NA", "--note", "at work", "--desk", desk).code == 0
    monkeypatch.delenv("DESKCOLLECT_PASSPHRASE")
    told = findings(line, desk)
    assert (told["notes"]["state"], told.get("keys")) == ("ok", None)
    return desk


def key_files(desk: Path) -> list[Path]:
    return sorted((desk / "keys").glob("??.json"))


def test_keys_that_are_gone_are_wrong_while_notes_are_to_be_sealed(line: Run, sealed: Path) -> None:
    (sealed / "keys").rename(sealed / "elsewhere")
    told = findings(line, sealed)["notes"]
    assert (told["state"], "the folder keys/ is missing" in told["found"]) == ("fail", True)
    assert "deskcollect ledger seal" in told["remedy"]


@pytest.mark.parametrize("harm", [b"", b"[]", b'{"names": "ab"}', b'{"names": "ab", "salt": "!", "wrapped": 1}'])
def test_a_damaged_key_of_the_desk_is_named(line: Run, sealed: Path, harm: bytes) -> None:
    (sealed / "keys" / "master.json").write_bytes(harm)
    told = findings(line, sealed)["notes"]
    assert (told["state"], "master.json" in told["found"]) == ("fail", True)
    assert "from its backup" in told["remedy"]


def test_a_missing_key_of_the_desk_is_named(line: Run, sealed: Path) -> None:
    (sealed / "keys" / "master.json").unlink()
    told = findings(line, sealed)["notes"]
    assert (told["state"], "master.json (missing)" in told["found"]) == ("fail", True)


def test_a_damaged_file_of_customers_keys_is_named_and_no_other(line: Run, sealed: Path) -> None:
    first, second = key_files(sealed)
    first.write_bytes(first.read_bytes()[:-5])
    told = findings(line, sealed)["notes"]
    assert (told["state"], first.name in told["found"], second.name in told["found"]) == ("fail", True, False)


def test_a_key_that_was_altered_shows_with_the_passphrase(
    line: Run, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = key_files(sealed)
    mine, theirs = (next(iter(json.loads(each.read_bytes()).values()))["key"] for each in (first, second))
    first.write_text(first.read_text("utf-8").replace(mine, theirs), "utf-8")
    assert findings(line, sealed)["notes"]["state"] == "ok", "nobody can tell without the passphrase"
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", "correct horse")
    told = findings(line, sealed)["notes"]
    assert (told["state"], first.name in told["found"]) == ("fail", True)


def test_sealed_notes_whose_key_is_not_there_are_counted(line: Run, sealed: Path) -> None:
    key_files(sealed)[0].unlink()
    told = findings(line, sealed)
    assert told["notes"]["state"] == "ok"
    assert (told["keys"]["state"], "the keys of 1 sealed note," in told["keys"]["found"]) == ("warn", True)


def test_keys_of_notes_that_another_desk_sealed_are_missed_by_nobody(
    line: Run, sealed: Path, small_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    north = copied(small_template, tmp_path / "north")
    assert line("ledger", "adopt", "--desk", north).code == 0
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", "battery staple")
    assert line("ledger", "seal", "--desk", north).code == 0
    assert line("record", "A3", "NA", "--note", "at home", "--desk", north).code == 0
    assert line("ledger", "export", tmp_path / "n.ledger", "--desk", north).code == 0
    monkeypatch.delenv("DESKCOLLECT_PASSPHRASE")
    assert line("ledger", "merge", tmp_path / "n.ledger", "--desk", sealed).code == 0
    assert "keys" not in findings(line, sealed)


def test_notes_of_somebody_who_was_erased_are_missed_by_nobody(line: Run, sealed: Path) -> None:
    assert line("ledger", "erase", "C1", "--reason", "asked for it", "--yes", "--desk", sealed).code == 0
    assert "keys" not in findings(line, sealed)


# --- a restore that was cut short --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ledger.restoring", "ledger.restored"])
def test_what_a_restore_left_that_was_cut_short_is_named(line: Run, desk: Path, name: str) -> None:
    line("record", "A1", "NA", "--desk", desk)
    assert line("ledger", "backup", desk.parent / "b.tar", "--desk", desk).code == 0
    shutil.copytree(desk / "ledger", desk / name)
    told = findings(line, desk)["restore"]
    assert (told["state"], told["found"].partition(" ")[0]) == ("warn", name)
    assert "deskcollect ledger restore BACKUP" in told["remedy"]
    assert line("ledger", "restore", desk.parent / "b.tar", "--yes", "--desk", desk).code == 0
    assert "restore" not in findings(line, desk), "the way on that it names"


def test_it_is_named_also_where_the_ledger_cannot_be_opened(line: Run, desk: Path) -> None:
    (desk / "policies" / "tiers.toml").write_text("schema = 1\n", "utf-8")
    (desk / "ledger.restoring").mkdir()
    assert findings(line, desk)["restore"]["state"] == "warn"
