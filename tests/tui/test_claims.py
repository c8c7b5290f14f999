"""Who has which customer: claimed while the record dialog is open, given back behind it, and told where somebody else has them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from deskcollect import settings
from deskcollect.clock import utc_milliseconds
from deskcollect.desk.desk import Desk
from deskcollect.desk.team import claiming, visits
from deskcollect.desk.team.visits import Told
from deskcollect.errors import Busy, LedgerError, NotRecorded
from deskcollect.ledger.claims import Claims
from deskcollect.ledger.files.claims import ClaimsHere
from deskcollect.ledger.files.state import State
from deskcollect.tui.screens.record import Record
from tests.tui.person import Person, at_desk, opened

if TYPE_CHECKING:
    import pytest

    from tests.ledger.servers import Database

BEN = "ben has this customer until 10:15"


@contextmanager
def second_program(folder: Path) -> Iterator[Desk]:
    """Open the desk in a second program."""
    desk = opened(folder)
    yield desk
    desk.close()


def customer(person: Person, account_id: str = "") -> str:
    """Return the customer of an account, else of the cursor's."""
    found: str = person.app.session.opened[1].row(account_id or person.on)["customer_id"]
    return found


def standing(folder: Path) -> dict[str, str]:
    """Return who has which customer, as a second program sees it."""
    with second_program(folder) as desk:
        return {each.customer_id: each.by for each in claiming.standing(desk)}


def bens(folder: Path, customer_id: str) -> None:
    """Let ben claim a customer in a second program."""
    with second_program(folder) as desk:
        assert claiming.take(desk, customer_id, "ben").mine


async def look(person: Person) -> None:
    """Let the desk look for what is new, as it does every few seconds."""
    person.app._watch.look()
    await person.rest()


async def test_a_customer_is_claimed_while_the_dialog_is_open_and_not_by_looking(demo: Path) -> None:
    async with at_desk(demo) as person:
        mine, said = customer(person), person.message
        await person.press("enter")
        assert standing(demo) == {}
        await person.press("r")
        assert standing(demo) == {mine: "ana"}
        await person.press("escape")
        assert standing(demo) == {}
        assert person.message == said


async def test_after_a_record_the_next_customer_is_the_one_that_is_claimed(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "n", "ctrl+s")
        assert standing(demo) == {}
        await person.press("r", "n", "ctrl+s")
        third = customer(person)
        await person.press("r")
        assert list(standing(demo)) == [third]


async def test_a_dialog_that_opens_before_the_last_one_is_gone_keeps_its_customer(demo: Path) -> None:
    async with at_desk(demo) as person:
        known, first, second = person.app.session.team, object(), object()
        known.want("C1", first)
        known.want("C2", second)
        known.let_go(first)
        known.settle(person.desk, "ana")
        assert list(standing(demo)) == ["C2"]


async def test_where_somebody_else_has_the_customer_one_line_says_so_and_recording_goes_on(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        account, theirs = person.on, customer(person)
        bens(demo, theirs)
        await person.press("enter")
        assert person.sees.count(BEN) == 1
        await person.press("r")
        assert isinstance(person.app.screen, Record)
        assert f"{BEN} · esc Close" in person.sees
        await person.press("n")
        assert f"{BEN} · ctrl+s Save" in person.sees
        await person.press("ctrl+s")
        assert person.records(account)[-1].code == "NA"
        assert standing(demo) == {theirs: "ben"}, "only one's own is given back"


async def test_the_line_comes_and_goes_with_the_claim(demo: Path) -> None:
    async with at_desk(demo) as person:
        theirs = customer(person)
        await person.press("enter")
        assert "has this customer" not in person.sees
        bens(demo, theirs)
        await look(person)
        assert BEN in person.sees
        await person.press("r")
        with second_program(demo) as desk:
            claiming.release(desk, theirs, "ben")
        await look(person)
        assert "has this customer" not in person.sees
        assert standing(demo) == {theirs: "ana"}, "who is free now is claimed"
        await person.press("escape")
        assert "has this customer" not in person.sees


async def test_in_the_smallest_window_the_name_and_the_time_are_seen(demo: Path) -> None:
    async with at_desk(demo, (60, 16)) as person:
        bens(demo, customer(person))
        await person.press("enter")
        assert BEN in person.sees
        await person.press("r", "n")
        assert BEN in person.sees


async def test_a_claim_that_one_made_by_hand_outlasts_the_dialog(demo: Path) -> None:
    async with at_desk(demo) as person:
        with second_program(demo) as desk:
            claiming.take(desk, customer(person), "ana", minutes=60)
            before = claiming.standing(desk)
        await person.press("r", "escape")
        with second_program(demo) as desk:
            assert claiming.standing(desk) == before


async def test_the_claim_of_a_dialog_that_stays_open_is_renewed_and_ends_with_the_desk(demo: Path) -> None:
    async with at_desk(demo) as person:
        mine = customer(person)
        await person.press("r")
        type(person.desk.clock).ahead = timedelta(minutes=11)  # type: ignore[attr-defined]  # the tests' own clock
        await look(person)
        with second_program(demo) as desk:
            assert [(each.customer_id, each.until - desk.clock.now()) for each in claiming.standing(desk)] == [
                (mine, timedelta(minutes=15))
            ]
        person.app.session.team.leave()
        assert standing(demo) == {}


async def test_where_nothing_can_be_claimed_the_dialog_is_as_ever(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise NotRecorded("The claim was not kept: Read-only file system.", "Check the rights of the folder.")

    monkeypatch.setattr(State, "table", refuse)
    async with at_desk(demo) as person:
        account, said = person.on, person.message
        await person.press("r")
        assert person.message == said
        await person.press("n", "ctrl+s")
        assert person.records(account)[-1].code == "NA"


# --- the server of a team ----------------------------------------------------------------------------------------------------


class Server:
    """The server of a team as a desk is tied to it: it keeps claims, may be away, and may take its time."""

    def __init__(self, folder: Path) -> None:
        self.claims = ClaimsHere(State(folder / "server.json"), "id-of-a-desk")
        self.away = self.closed = False
        self.error: LedgerError | None = None
        self.answers = Event()
        self.answers.set()

    def visit(self, _: str) -> Told:
        """Send and take nothing."""
        return Told()

    def ask(self, question: Callable[[Claims], Any]) -> Any:
        """Answer as soon as it may."""
        self.answers.wait()
        if self.error is not None:
            raise self.error
        return None if self.away else question(self.claims)

    def close(self) -> None:
        """Let go."""
        self.closed = True


def served(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Tie the desk of a folder to a server."""
    told = settings.read(folder)
    settings.write(folder, replace(told, ledger="postgresql://ana@db/collections", desk_id="id-of-a-desk"))
    server = Server(tmp_path)
    monkeypatch.setattr(visits, "tie", lambda _: server)
    return server


async def test_the_team_is_told_and_its_claims_are_seen(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = served(demo, tmp_path, monkeypatch)
    async with at_desk(demo) as person:
        now, mine, theirs = person.desk.clock.now(), customer(person), customer(person, person.keys[1])
        server.claims.take(theirs, "ben", now=now)
        await person.press("r")
        assert {each.customer_id: each.by for each in server.claims.standing(now)} == {theirs: "ben", mine: "ana"}
        await person.press("escape")
        assert [each.by for each in server.claims.standing(now)] == ["ben"]
        await person.press("j", "enter")
        assert BEN in person.sees
        server.away = True
        await look(person)
        assert "has this customer" not in person.sees
        await person.press("r")
        assert standing(demo) == {theirs: "ana"}
    assert server.closed


async def test_a_server_that_takes_its_time_keeps_nobody_waiting(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = served(demo, tmp_path, monkeypatch)
    async with at_desk(demo) as person:
        account, mine = person.on, customer(person)
        server.answers.clear()
        for key in ("r", "n", "ctrl+s"):
            await person.pilot.press(key)
        assert person.records(account)[-1].code == "NA"
        server.answers.set()
        await person.rest()
        assert server.claims.standing(person.desk.clock.now()) == ()
        assert mine not in standing(demo)


async def test_a_server_that_is_too_busy_for_claims_is_not_worth_a_word(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = served(demo, tmp_path, monkeypatch)
    server.error = Busy("This customer is being claimed by several collectors at once.", "Try again.")
    async with at_desk(demo) as person:
        account, said = person.on, person.message
        await person.press("r")
        assert person.message == said
        await person.press("n", "ctrl+s")
        assert person.records(account)[-1].code == "NA"


async def test_two_desks_on_a_real_server_see_each_other(demo: Path, tmp_path: Path, database: Database) -> None:
    told = replace(settings.read(demo), ledger=database.address, team={"front": "id-front"})
    settings.write(demo, told)
    front = Path(shutil.copytree(demo, tmp_path / "front", ignore=shutil.ignore_patterns("ledger")))
    settings.write(front, replace(told, desk_id="id-front"))
    with second_program(front) as desk, closing(visits.Tie(desk)) as tie:
        async with at_desk(demo) as person:
            theirs, mine = customer(person), customer(person, person.keys[1])
            assert claiming.take(desk, theirs, "ben", tie=tie).team_knows
            await person.press("enter")
            assert "ben at front has this customer until " in person.sees
            await person.press("escape", "j", "r")
            assert {each.customer_id: each.by for each in claiming.standing(desk, tie=tie)} == {
                theirs: "ben",
                mine: "ana",
            }
        assert [each.by for each in claiming.standing(desk, tie=tie)] == ["ben"], "who leaves gives back"


# --- the server of a team is away for a while ----------------------------------------------------------------------------------


@asynccontextmanager
async def away(demo: Path, tmp_path: Path, database: Database) -> AsyncIterator[tuple[Person, Desk, visits.Tie]]:
    """Sit at a desk that lately found its server away, beside another desk of the team that reaches it."""
    told = replace(settings.read(demo), ledger=database.address, team={"front": "id-front"})
    settings.write(demo, told)
    front = Path(shutil.copytree(demo, tmp_path / "front", ignore=shutil.ignore_patterns("ledger")))
    settings.write(front, replace(told, desk_id="id-front"))
    with second_program(front) as desk, closing(visits.Tie(desk)) as tie:
        async with at_desk(demo) as person:
            person.desk.state.keep_mark("server away", str(utc_milliseconds()))
            yield person, desk, tie


async def back(person: Person) -> None:
    """Let the server be tried again, and the desk look for it."""
    visits.try_again(person.desk.folder)
    await look(person)


async def test_a_claim_made_while_the_server_was_away_is_there_once_it_is_found_again(
    demo: Path, tmp_path: Path, database: Database
) -> None:
    async with away(demo, tmp_path, database) as (person, front, tie):
        mine = customer(person)
        await person.press("r")
        await look(person)
        assert standing(demo) == {mine: "ana"}
        assert claiming.standing(front, tie=tie) == ()
        await back(person)
        assert {each.customer_id: each.by for each in claiming.standing(front, tie=tie)} == {mine: "ana"}
        assert not claiming.take(front, mine, "ben", tie=tie).mine
        await person.press("escape")
        assert claiming.standing(front, tie=tie) == ()


async def test_whoever_took_the_customer_meanwhile_is_told_in_the_dialog_and_what_was_typed_stays(
    demo: Path, tmp_path: Path, database: Database
) -> None:
    async with away(demo, tmp_path, database) as (person, front, tie):
        account, theirs = person.on, customer(person)
        await person.press("r", "n")
        assert claiming.take(front, theirs, "ben", tie=tie).mine
        assert "has this customer" not in person.sees
        await back(person)
        assert isinstance(person.app.screen, Record)
        assert "ben at front has this customer until " in person.sees
        assert "No answer" in person.sees
        assert standing(demo) == {}, "it is no longer said here that ana has the customer"
        await person.press("ctrl+s")
        assert person.records(account)[-1].code == "NA"
        assert [each.by for each in claiming.standing(front, tie=tie)] == ["ben"]
