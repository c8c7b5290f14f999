"""A session at the screens, and one that stops by a fault, leave a person's data where it belongs and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.desk.upkeep import keys
from tests.privacy.marked import files_in, in_file, leaks, markers, phone
from tests.tui.person import at_desk

TYPED = "mkqnote777"
SEALED = "mkqnote99001"  # stands in none of the records that are there already


class Fault(Exception):
    """A fault whose message holds a person's data."""


async def test_a_session_at_the_screens(marked: Path, scratch: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async with at_desk(marked) as person:
        assert "Mkqname" in person.sees, "the screen is where a name belongs"
        await person.press("enter")
        await person.press("escape")
        for screen in ("2", "3", "4", "1"):
            await person.press(screen)
        await person.press("slash")
        await person.type("Mkqname183")
        await person.press("enter")
        await person.press("escape")
        await person.press("r", "n", "a")
        await person.press("escape")
    told = capfd.readouterr()
    assert markers(told.err) == set()
    assert leaks(marked, scratch, Path.home()) == []


async def test_a_note_is_kept_as_a_draft_only_until_it_is_saved(marked: Path) -> None:
    state = marked / "state.json"
    async with at_desk(marked) as person:
        account = person.on
        await person.press("r", "n")
        await person.type(TYPED)
        await person.app.screen.workers.wait_for_complete()
        assert in_file(state) == {TYPED}
        assert person.records(account)[-1].note != TYPED
        await person.press("ctrl+s")
        assert person.records(account)[-1].note == TYPED
    assert in_file(state) == set()


async def test_a_session_that_stops_by_a_fault(marked: Path, scratch: Path, capfd: pytest.CaptureFixture[str]) -> None:
    secret = f"Mkqname77 Qzy, {phone(77)}, mkqmail77@example.com owes 8,800"

    def fail() -> None:
        held = secret
        raise Fault(held)

    with pytest.raises(Fault):  # noqa: PT012  # the app raises where its test ends
        async with at_desk(marked) as person:
            account = person.on
            await person.press("r", "p", "f")
            person.app.call_later(fail)
            await person.rest()
    printed = capfd.readouterr().err
    assert "stopped by a fault" in printed
    assert markers(printed) == set()
    (report,) = files_in(scratch)
    written = report.read_text("utf-8")
    assert "Fault" in written
    assert account not in written
    assert leaks(marked, scratch, Path.home()) == []


async def test_a_passphrase_stands_nowhere(
    marked: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(keys.VARIABLE)
    keys.seal(marked, "mkqpass3 and more")

    def fail() -> None:
        raise Fault

    with pytest.raises(Fault):  # noqa: PT012  # the app raises where its test ends
        async with at_desk(marked) as person:
            account = person.on
            await person.press("r", "n")
            await person.type(SEALED)
            await person.press("ctrl+s")
            for passphrase in "mkqpass4", "mkqpass3 and more":
                await person.type(passphrase)
                assert "mkqpass" not in person.sees
                await person.press("enter")
            assert person.records(account)[-1].note == SEALED
            assert all("mkqpass" not in message.text for message in person.app.session.messages)
            person.app.call_later(fail)
            await person.rest()
    assert markers(capfd.readouterr().err) == set()
    written = b"".join(path.read_bytes() for path in files_in(marked, scratch, Path.home()))
    assert b"mkqpass" not in written
    assert SEALED.encode() not in b"".join(path.read_bytes() for path in files_in(marked / "ledger"))
