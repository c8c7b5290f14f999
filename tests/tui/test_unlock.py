"""A desk whose notes are sealed: whoever types its passphrase reads and writes them, until they are locked or it is left."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.widgets import Input

from deskcollect.desk.upkeep import keys
from deskcollect.errors import LedgerError
from deskcollect.ledger.privacy import cipher
from deskcollect.tui.screens.account import AccountView
from deskcollect.tui.screens.everything import Everything
from deskcollect.tui.screens.record import Record
from deskcollect.tui.screens.unlock import Unlock
from deskcollect.tui.widgets.unseen import Unseen
from tests.tui.person import Person, at_desk
from tests.tui.test_goldens import check, frame

PASSPHRASE = "four words make one"
NOTE = "works nights"
WRONG = "That is not the passphrase of this desk."
LUCIA = ("slash", *"garcia", "enter")


@pytest.fixture
def sealed(demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the demo desk whose notes are sealed from now on."""
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    keys.seal(demo, PASSPHRASE)
    return demo


async def choose(person: Person, word: str) -> None:
    """Choose in Everything what answers a word first."""
    await person.press("colon")
    await person.type(word)
    await person.press("enter")
    while isinstance(person.app.screen, Everything):
        await person.rest()


async def unlock(person: Person, passphrase: str = PASSPHRASE) -> None:
    """Type a passphrase into the box that asks for it."""
    assert isinstance(person.app.screen, Unlock)
    await person.type(passphrase)
    await person.press("enter")


async def with_a_note(person: Person) -> str:
    """Record a call with a note at a desk that is unlocked for it, and look at the account; return its number."""
    await person.press(*LUCIA)
    account = person.on
    await person.press("enter", "r", "n")
    await person.type(NOTE)
    await person.press("ctrl+s")
    await unlock(person)
    return account


async def test_a_note_asks_for_the_passphrase_when_it_is_saved_and_is_recorded_then(sealed: Path) -> None:
    async with at_desk(sealed, (120, 36)) as person:
        await person.press(*LUCIA)
        account = person.on
        many = len(person.records(account))
        await person.press("r", "n")
        assert "sealed" not in person.sees, "without a note there is nothing to seal"
        await person.type(NOTE)
        assert "to be sealed: saving asks for the passphrase" in person.sees
        assert "attempts never lower it" in person.sees, "what saving would do to the score is known all the same"
        await person.press("ctrl+s")
        assert len(person.records(account)) == many
        await unlock(person)
        assert "no answer" in person.message
        assert len(person.records(account)) == many + 1
        assert person.records(account)[-1].note == NOTE
        await person.press("g", *LUCIA, "r", "n")
        await person.type("again")
        assert "sealed" not in person.sees, "it is asked once"
        await person.press("ctrl+s")
        assert person.records(account)[-1].note == "again"
    assert all(NOTE.encode() not in path.read_bytes() for path in (sealed / "ledger").iterdir())


async def test_whoever_leaves_the_box_has_recorded_nothing_and_lost_nothing(sealed: Path) -> None:
    async with at_desk(sealed) as person:
        account = person.on
        many = len(person.records(account))
        await person.press("r", "n")
        await person.type(NOTE)
        await person.press("ctrl+s", "escape")
        assert isinstance(person.app.screen, Record)
        assert "Nothing was recorded: notes are sealed here and locked." in person.sees
        assert NOTE in person.sees, "the form stays filled"
        assert len(person.records(account)) == many
        await person.press("ctrl+s")
        await unlock(person)
        assert len(person.records(account)) == many + 1


async def test_a_reason_asks_for_it_too(sealed: Path) -> None:
    async with at_desk(sealed) as person:
        await person.press("2", *LUCIA)
        account = person.on
        await person.press("E")
        await person.type("looked at it")
        await person.press("ctrl+s")
        await unlock(person)
        assert person.records(account)[-1].note == "looked at it"
    assert all(b"looked at it" not in path.read_bytes() for path in (sealed / "ledger").iterdir())


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_notes_are_read_at_once_and_locked_again_at_once(sealed: Path, size: tuple[int, int]) -> None:
    async with at_desk(sealed, size) as person:
        await with_a_note(person)
        while NOTE not in person.sees:
            await person.press("tab")
        await choose(person, "lock notes")
        assert person.message == "Notes are locked."
        assert NOTE not in person.sees
        assert "(sealed note)" in person.sees
        await choose(person, "unlock notes")
        await unlock(person)
        assert isinstance(person.app.screen, AccountView)
        assert person.message == "Notes are unlocked until you leave."
        assert NOTE in person.sees


async def test_everything_offers_what_can_be_done_and_nothing_at_a_desk_that_seals_nothing(
    sealed: Path, demo_home: Path
) -> None:
    async with at_desk(sealed) as person:
        await person.press("colon")
        await person.type("passphrase")
        assert "Unlock notes…" in person.sees
        assert "Lock notes" not in person.sees
    async with at_desk(demo_home) as person:
        await person.press("colon")
        await person.type("passphrase")
        assert "Nothing is called so" in person.sees


async def test_a_wrong_passphrase_is_said_in_a_sentence_and_the_next_can_be_typed(sealed: Path) -> None:
    async with at_desk(sealed) as person:
        await choose(person, "unlock notes")
        check("unlock-80x24", frame(person))
        await person.press("enter")
        assert WRONG not in person.sees, "nothing was typed"
        await unlock(person, "four words make")
        assert WRONG in person.sees
        assert person.app.screen.query_one(Input).value == ""
        assert isinstance(person.app.focused, Unseen)
        assert keys.locked(person.desk)
        await unlock(person)
        assert not keys.locked(person.desk)


async def test_nobody_sees_or_copies_the_passphrase(sealed: Path) -> None:
    async with at_desk(sealed) as person:
        await choose(person, "unlock notes")
        await person.type(PASSPHRASE)
        assert "•" * len(PASSPHRASE) in person.sees
        assert PASSPHRASE not in person.sees
        await person.press("home", "shift+end", "ctrl+c", "ctrl+x")
        assert person.app.clipboard == ""
        assert person.app.screen.query_one(Input).value == ""


async def test_a_terminal_without_dots_shows_stars(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCOLLECT_GLYPHS", "ascii")
    async with at_desk(sealed) as person:
        await choose(person, "unlock notes")
        await person.type("abc")
        assert "| ***  " in person.sees
        assert "•" not in person.sees


async def test_the_keys_work_while_a_passphrase_is_tried(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = threading.Event(), threading.Event()
    stretched = cipher.stretched  # the step that takes long is made to take longer

    def slowly(*told: object) -> bytes:
        begun.set()
        assert threading.current_thread() is not threading.main_thread()
        may_end.wait()
        return stretched(*told)  # type: ignore[arg-type]  # passed on as it came

    async with at_desk(sealed) as person:
        await choose(person, "unlock notes")
        await person.type(PASSPHRASE)
        monkeypatch.setattr(cipher, "stretched", slowly)
        await person.pilot.press("enter")
        while not begun.is_set():
            await person.pilot.pause(0.01)
        await person.pilot.press("x")
        assert "Unlocking…" in person.sees
        assert "│ •  " in person.sees
        await person.pilot.press("escape", "enter")
        assert isinstance(person.app.screen, Unlock), "what is being tried is waited for"
        may_end.set()
        while isinstance(person.app.screen, Unlock):
            await person.pilot.pause(0.01)
        assert not keys.locked(person.desk)


async def test_keys_that_are_damaged_are_told_in_the_box(sealed: Path) -> None:
    async with at_desk(sealed) as person:
        await choose(person, "unlock notes")
        (sealed / "keys" / "master.json").write_text("{", "utf-8")
        await unlock(person)
        assert "The keys of this desk cannot be read" in person.sees
        await person.press("escape")
        assert keys.locked(person.desk)


async def test_a_desk_that_is_left_is_locked(sealed: Path) -> None:
    async with at_desk(sealed) as person:
        await with_a_note(person)
        desk = person.desk
        assert not keys.locked(desk)
    assert keys.locked(desk)


async def test_a_passphrase_of_the_environment_opens_and_locking_forgets_it(
    sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keys.VARIABLE, PASSPHRASE)
    async with at_desk(sealed) as person:
        account = person.on
        await person.press("r", "n")
        await person.type(NOTE)
        await person.press("ctrl+s")
        assert person.records(account)[-1].note == NOTE
        await choose(person, "lock notes")
        assert person.records(account)[-1].note == "(sealed note)"
        await choose(person, "unlock notes")
        await unlock(person)
        assert person.records(account)[-1].note == NOTE


async def test_damaged_keys_keep_no_desk_from_opening(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.VARIABLE, PASSPHRASE)
    (sealed / "keys" / "master.json").write_text("{", "utf-8")
    async with at_desk(sealed) as person:
        with pytest.raises(LedgerError):
            keys.unlock(person.desk, PASSPHRASE)
        assert "García" in person.sees or person.keys
