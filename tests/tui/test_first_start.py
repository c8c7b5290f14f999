"""The first start asks who works here, once; a new book says what it changed; a desk that does not open says why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deskcollect import settings
from deskcollect.desk.desk import Desk
from deskcollect.desk.make import place_policies
from deskcollect.errors import BadPolicy, NoDesk
from deskcollect.records import Issue, Place
from deskcollect.tui.screens.record import Record
from deskcollect.tui.screens.stopped import Stopped
from deskcollect.tui.screens.who import Who
from deskcollect.tui.screens.worklist import Worklist
from deskcollect.vocabulary import Role, Severity
from tests.tui.person import at_desk, opened


def nobody(demo: Path, **changed: object) -> None:
    """Let the desk know nobody."""
    values = {"me": "", "people": {}, **changed}
    settings.write(demo, replace(settings.read(demo), **values))  # type: ignore[arg-type]  # fields by name


async def test_who_works_here_is_asked_once_and_written_down(demo: Path) -> None:
    nobody(demo)
    async with at_desk(demo) as person:
        assert isinstance(person.app.screen, Who)
        await person.type("Wei Lin")
        await person.press("enter", "2")
        assert "Wei Lin" in person.lines[0]
    told = settings.read(demo)
    assert (told.me, dict(told.people)) == ("Wei Lin", {"Wei Lin": Role.LEAD})
    async with at_desk(demo) as person:
        assert isinstance(person.app.screen, Worklist)
        account = person.on
        await person.press("r", "n", "ctrl+s")
        assert person.records(account)[-1].by == "Wei Lin"


async def test_what_the_owner_noted_in_desk_toml_stays(demo: Path) -> None:
    nobody(demo)
    file = demo / settings.FILE
    async with at_desk(demo) as person:
        file.write_text(file.read_text("utf-8").replace('theme = "dark"', 'theme = "light"  # for the window'), "utf-8")
        await person.type("Wei Lin")
        await person.press("enter", "2")
    assert 'theme = "light"  # for the window' in file.read_text("utf-8")
    assert settings.read(demo).people == {"Wei Lin": Role.LEAD}


async def test_a_name_that_the_desk_knows_needs_no_role(demo: Path) -> None:
    nobody(demo, people={"mei": Role.LEAD})
    async with at_desk(demo) as person:
        assert "Known here: mei" in person.sees
        await person.type("mei")
        await person.press("enter")
        assert isinstance(person.app.screen, Worklist)
        assert person.app.session.by == "mei"


async def test_one_may_look_without_a_name_but_not_record(demo: Path) -> None:
    nobody(demo)
    async with at_desk(demo) as person:
        await person.press("escape")
        assert "You look without a name" in person.message
        await person.press("r")
        assert isinstance(person.app.screen, Who)
        await person.type("jo")
        await person.press("enter", "1")
        assert isinstance(person.app.screen, Record)


async def test_a_name_given_on_the_command_line_is_not_asked(demo: Path) -> None:
    nobody(demo)
    async with at_desk(demo, by="ben") as person:
        assert isinstance(person.app.screen, Worklist)
        assert "· ben" in person.lines[0]


async def test_a_new_book_says_once_what_it_changed(demo: Path) -> None:
    settings.write(demo, replace(settings.read(demo), demo=False))
    async with at_desk(demo) as person:
        assert person.message.startswith("Book of 30 Sep against 31 Aug: ")
        assert "broken" in person.message
        assert "newly past due" in person.message
    async with at_desk(demo) as person:
        assert not person.app.session.messages


def refuse(error: Exception) -> Desk:
    """Fail to open."""
    raise error


async def test_without_a_desk_the_ways_on_are_offered(demo: Path) -> None:
    error = NoDesk("No desk in /somewhere and none above this folder.", "Make one with  deskcollect init")
    async with at_desk(demo, opens=lambda: refuse(error)) as person:
        assert isinstance(person.app.screen, Stopped)
        assert "No desk in /somewhere" in person.sees
        assert "deskcollect init" in person.sees
        person.app._demo = lambda: opened(demo)
        await person.press("d")
        assert "[To call" in person.sees


async def test_a_policy_that_cannot_be_used_names_file_line_and_remedy_and_is_read_again(demo: Path) -> None:
    place_policies(demo)
    kept = (demo / "policies" / "alerts.toml").read_text("utf-8")
    broken = kept.replace("utilisation_now", "utilization", 1)
    (demo / "policies" / "alerts.toml").write_text(broken, "utf-8")
    async with at_desk(demo) as person:
        assert isinstance(person.app.screen, Stopped)
        assert "alerts.toml line" in person.sees
        assert "utilisation" in person.sees
        (demo / "policies" / "alerts.toml").write_text(kept, "utf-8")
        await person.press("r")
        assert isinstance(person.app.screen, Worklist)
        assert "[To call" in person.sees


async def test_many_findings_are_cut_and_shown_on_demand(demo: Path) -> None:
    issues = [
        Issue(Severity.ERROR, "x", f"finding {n}.", "Mend it.", Place("alerts.toml", line=n)) for n in range(1, 41)
    ]
    error = BadPolicy("40 findings.", "Mend them.", issues)
    async with at_desk(demo, opens=lambda: refuse(error)) as person:
        assert "finding 1." in person.sees
        assert "finding 40." not in person.sees
        assert " more" in person.sees
        await person.press("e", "end", "pagedown", "pagedown", "pagedown", "pagedown")
        await person.press("q")
        assert person.app.return_value == 2


async def test_a_damaged_or_read_only_desk_says_so(demo: Path) -> None:
    journal = next((demo / "ledger").rglob("*.jsonl"))
    data = bytearray(journal.read_bytes())
    data[len(data) // 2] ^= 1
    journal.write_bytes(bytes(data))
    async with at_desk(demo) as person:
        assert "ledger damaged" in person.lines[0]
        assert "nothing can be recorded" in person.message
