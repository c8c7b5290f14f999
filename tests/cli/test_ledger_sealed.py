"""A desk whose notes are sealed, or that keeps none, as it is typed at and as it is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deskcollect import settings
from tests.cli.line import in_order

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.line import Run

OLD, NEW = "correct horse", "battery staple"
SECRET = "in hospital until friday"


@pytest.fixture
def sealed(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a desk with one plain note and one sealed; nobody has given the passphrase."""
    line("record", "A1", "NA", "--note", "before", "--desk", desk)
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", OLD)
    done = line("ledger", "seal", "--desk", desk)
    in_order(done, "Notes are sealed from now on. Those written before stay readable.", "nobody opens them again")
    assert line("record", "A1", "BZ", "--note", SECRET, "--desk", desk).code == 0
    monkeypatch.delenv("DESKCOLLECT_PASSPHRASE")
    return desk


def notes(line: Run, desk: Path) -> list[str]:
    """Return the notes that the account view shows, the newest first."""
    return [each["note"] for each in line("show", "A1", "--desk", desk, "--json").json["events"]]


def test_without_the_passphrase_notes_are_sealed_and_all_else_works(line: Run, sealed: Path) -> None:
    assert settings.read(sealed).notes == "sealed"
    assert notes(line, sealed) == ["(sealed note)", "before"]
    assert "· (sealed note)" in line("show", "A1", "--desk", sealed).out
    assert line("record", "A1", "NA", "--desk", sealed).code == 0
    for words in (["record", "A1", "NA", "--note", "x"], ["ledger", "hold", "C1", "--reason", "x"]):
        refused = line(*words, "--desk", sealed)
        assert refused.code == 2
        assert "Notes are sealed at this desk and it is locked" in refused.err
        assert "Set DESKCOLLECT_PASSPHRASE" in refused.err
    assert line("worklist", "--desk", sealed).code == 0
    assert all(SECRET.encode() not in path.read_bytes() for path in sealed.rglob("*") if path.is_file())


def test_with_the_passphrase_they_are_read(line: Run, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", OLD)
    assert notes(line, sealed) == [SECRET, "before"]
    monkeypatch.setenv("DESKCOLLECT_NEW_PASSPHRASE", NEW)
    assert line("ledger", "passphrase", "--desk", sealed).code == 0
    assert notes(line, sealed) == ["(sealed note)", "before"]
    refused = line("ledger", "passphrase", "--desk", sealed)
    assert "not the one of this desk" in refused.err
    assert "have another passphrase" in line("ledger", "seal", "--desk", sealed).err
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", NEW)
    assert notes(line, sealed) == [SECRET, "before"]
    assert line("ledger", "seal", "--desk", sealed).code == 0


def test_a_passphrase_is_asked_for_twice(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["short", "short", OLD, "a slip", OLD, OLD])
    monkeypatch.setattr("deskcollect.cli.diagnostics.interactive", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(answers))
    assert "8 characters or more" in line("ledger", "seal", "--desk", desk).err
    assert "The two differ" in line("ledger", "seal", "--desk", desk).err
    assert settings.read(desk).notes == "plain"
    assert line("ledger", "seal", "--desk", desk).code == 0


def test_in_a_terminal_it_is_asked_for_where_something_is_sealed(
    line: Run, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str, **_: object) -> str:
        asked.append(question)
        return OLD

    monkeypatch.setattr("deskcollect.cli.diagnostics.interactive", lambda: True)
    monkeypatch.setattr("getpass.getpass", answer)
    assert notes(line, sealed) == ["(sealed note)", "before"]
    assert asked == [], "whoever only reads is not asked"
    assert line("record", "A1", "NA", "--note", "third", "--desk", sealed).code == 0
    assert len(asked) == 1


def test_erasing_needs_no_passphrase_and_destroys_the_key(line: Run, sealed: Path) -> None:
    keys = [path for path in (sealed / "keys").iterdir() if len(path.stem) == 2]
    assert [path.read_text("utf-8") for path in keys] != ["{}"]
    assert line("ledger", "erase", "C1", "--reason", "asked", "--yes", "--desk", sealed).code == 0
    assert [path.read_text("utf-8") for path in keys] == ["{}"]
    assert notes(line, sealed) == []


def test_a_desk_that_keeps_no_notes_refuses_them(line: Run, desk: Path) -> None:
    toml = desk / "desk.toml"
    toml.write_text(toml.read_text("utf-8").replace('notes = "plain"', 'notes = "none"'), "utf-8")
    assert "keeps no notes" in line("record", "A1", "NA", "--note", "x", "--desk", desk).err
    done = line("record", "A1", "NA", "--desk", desk, "--json")
    assert done.code == 0
    undo = ["undo", done.json["event_id"], "--desk", desk]
    assert "so the reason cannot be kept" in line(*undo, "--reason", "slip").err
    assert line(*undo).code == 0


def test_who_sees_a_sealed_note_at_a_terminal_is_told_how_it_is_read(
    line: Run, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = ["show", "A1", "--desk", sealed]
    assert "Notes are sealed" not in line(*show).err, "a script asks for nothing and is told nothing"
    monkeypatch.setattr("deskcollect.cli.diagnostics.interactive", lambda: True)
    (told,) = [text for text in line(*show).err.splitlines() if "sealed" in text]
    assert told == "Notes are sealed: set DESKCOLLECT_PASSPHRASE to read them, or choose Unlock notes in the desk."
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", NEW)
    assert "DESKCOLLECT_PASSPHRASE is not the passphrase of this desk" in line(*show).err
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", OLD)
    assert "sealed" not in line(*show).err
    for path in (path for path in (sealed / "keys").iterdir() if len(path.stem) == 2):
        path.unlink()
    done = line(*show)
    assert "(sealed note)" in done.out
    assert "sealed" not in done.err, "no passphrase opens a note whose key was destroyed"


def test_a_wrong_answer_records_nothing_and_is_not_asked_again(
    line: Run, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([NEW, OLD])
    monkeypatch.setattr("deskcollect.cli.diagnostics.interactive", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(answers))
    before = len(notes(line, sealed))
    refused = line("record", "A1", "NA", "--note", "third", "--desk", sealed)
    assert refused.code == 2
    assert "That is not the passphrase of this desk" in refused.err
    assert NEW not in refused.out + refused.err
    assert len(notes(line, sealed)) == before
    assert line("record", "A1", "NA", "--note", "third", "--desk", sealed).code == 0


def test_an_export_says_that_sealed_notes_are_not_in_it(line: Run, sealed: Path, tmp_path: Path) -> None:
    done = line("ledger", "export", tmp_path / "out.json", "--unmasked", "--by", "ana", "--desk", sealed)
    assert "with ids and notes, but not those that are sealed" in done.err


def no_notes(desk: Path) -> Path:
    """Let a desk keep no notes."""
    settings.write(desk, replace(settings.read(desk), notes="none"))
    return desk


NOT_KEPT = "Note: The reason is not kept: this desk keeps no notes (desk.toml, [privacy])."


@pytest.mark.parametrize(
    "words",
    [
        ("alerts", "snooze", "TW-000190", "--until", "2026-10-03", "--reason"),
        ("alerts", "escalate", "TW-000190", "--reason"),
        ("alerts", "close", "TW-000190", "--as", "useful", "--by", "mei", "--reason"),
        ("restrictions", "impose", "TW-000190", "--reason", "cash3", "--note"),
        ("incentives", "propose", "TW-000402", "--measure", "fee-waived", "--note"),
        ("ledger", "hold", "C-00183", "--reason"),
    ],
)
def test_a_desk_that_keeps_no_notes_keeps_no_reason_of_a_decision(
    line: Run, own_undecided: Path, words: tuple[str, ...]
) -> None:
    desk = no_notes(own_undecided)
    done = line(*words, SECRET, "--desk", desk)
    assert done.code == 0, done.err
    assert NOT_KEPT.removeprefix("Note: ") in done.err + done.out
    assert all(SECRET.encode() not in path.read_bytes() for path in desk.rglob("*") if path.is_file())


def test_a_step_that_needs_a_reason_needs_one_still_and_counts(line: Run, own_undecided: Path) -> None:
    desk = no_notes(own_undecided)
    assert line("restrictions", "impose", "TW-000190", "--reason", "cash3", "--desk", desk).code == 0
    lift = ["restrictions", "lift", "TW-000190", "--by", "mei", "--desk", desk]
    assert line(*lift).code == 2
    assert line(*lift, "--note", SECRET).code == 0
    shown = line("restrictions", "show", "TW-000190", "--desk", desk)
    assert "(not kept)" in shown.out
    assert line("restrictions", "approve", "TW-000190", "--by", "jo", "--desk", desk).code == 0
    assert "changes nothing" not in line("restrictions", "show", "TW-000190", "--desk", desk).out
