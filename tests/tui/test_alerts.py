"""The triage: alert cases, the gravest first, worked with one key each, alone or many at once."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from deskcollect.desk.alerts import triage
from deskcollect.errors import NotRecorded
from deskcollect.tui.screens.account import AccountView
from deskcollect.tui.screens.alerts import Alerts
from deskcollect.tui.screens.confirm import Confirm
from deskcollect.tui.screens.decide import Decide
from deskcollect.tui.screens.record import Record
from deskcollect.tui.screens.refused import Refused
from deskcollect.tui.screens.who import Who
from deskcollect.tui.screens.worklist import Worklist
from deskcollect.vocabulary import CaseAction, EventKind
from tests.tui.person import Person, at_desk

if TYPE_CHECKING:
    from deskcollect.records import Event

GRAVITY = ["red", "orange", "yellow", "blue"]
SIZES = [(120, 36), (80, 24), (60, 16)]


@pytest.fixture
def demo(undecided_home: Path, tmp_path: Path) -> Path:
    """Return a copy of the demo desk where nobody has decided anything yet."""
    return Path(shutil.copytree(undecided_home, tmp_path / "demo"))


def levels(person: Person) -> list[str]:
    """Return the levels of the list from top to bottom."""
    day = person.app.session.opened[1]
    return [day.row(key)["alert_level"] for key in person.keys]


def decided(person: Person) -> list[Event]:
    """Return all decisions in the ledger, the oldest first."""
    return list(person.desk.ledger.of_kinds(EventKind.ALERT.value))


def row(person: Person, account_id: str) -> dict[str, Any]:
    """Return an account's row as it is now."""
    return person.app.session.opened[1].row(account_id)


async def save(person: Person) -> None:
    """Save a form."""
    await person.press("ctrl+s")


# --- the list -----------------------------------------------------------------------------------------------------------------


async def test_the_gravest_stand_first_with_their_evidence(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2")
        assert isinstance(person.app.screen, Alerts)
        day = person.app.session.opened[1]
        assert [GRAVITY.index(level) for level in levels(person)] == sorted(map(GRAVITY.index, levels(person)))
        assert len(person.keys) == day.summary.flagged
        told, voice = day.row(person.on), person.app.session.voice
        below = person.sees.partition("── ")[2]
        assert all(proof in below for _, proof in voice.proofs(told))
        assert voice.level(told) in below
        assert "cap 20 %" in person.lines[2]
        assert f"[2 Alerts {day.summary.open_cases}]" in person.lines[1]


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_keeps_its_place_while_the_cursor_walks(demo: Path, size: tuple[int, int]) -> None:
    async with at_desk(demo, size) as person:
        await person.press("2")
        where = next(number for number, text in enumerate(person.lines) if text.startswith("── "))
        for _ in range(6):
            await person.press("j")
            assert person.lines[where].startswith("── ")
            assert str(row(person, person.on)["account_id"]) in person.lines[where]
            assert any(text.startswith(" Next ") for text in person.lines[where:])


async def test_levels_are_walked_and_clicked(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2")
        every = len(person.keys)
        await person.press("o")
        assert set(levels(person)) == {"red"}
        assert "only red" in person.sees
        await person.click(f"▲{person.app.session.opened[2].levels['yellow']}")
        assert set(levels(person)) == {"yellow"}
        await person.press("escape")
        assert len(person.keys) == every
        await person.press("escape")
        assert isinstance(person.app.screen, Worklist)


async def test_the_lists_are_walked_clicked_and_left(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2", "A")
        await save(person)
        await person.press("full_stop")
        assert "[Mine 1]" in person.sees
        assert [row(person, key)["case_owner"] for key in person.keys] == ["ana"]
        await person.press("full_stop", "full_stop")
        day = person.app.session.opened[1]
        assert "[Overdue " in person.sees
        assert all(day.row(key)["case_due_on"] < day.moment.today for key in person.keys)
        await person.press("comma")
        assert "[Nobody's " in person.sees
        await person.click("Open ")
        assert "[Open " in person.sees
        await person.press("full_stop", "escape")
        assert "[Open " in person.sees


async def test_an_alert_is_opened_recorded_explained_and_filtered_as_in_the_worklist(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "slash")
        await person.type("garcia")
        await person.press("enter")
        assert len(person.keys) == 1
        await person.press("r")
        assert isinstance(person.app.screen, Record)
        await person.press("n", "ctrl+s")
        assert "no answer" in person.message
        await person.press("x")
        assert "Why here" in person.sees
        await person.press("escape", "enter", "1")
        assert isinstance(person.app.screen, Worklist)


async def test_a_filter_without_a_match_says_so_where_the_list_would_be(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "slash")
        await person.type("zzqzz")
        assert "No account matches / zzqzz in the early warnings." in person.sees
        await person.press("escape")
        assert "No account matches" not in person.sees


async def test_the_numbers_lead_to_the_screens_and_back_to_the_same_row(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "j", "j")
        on = person.on
        await person.press("enter", "2")
        assert isinstance(person.app.screen, Alerts)
        assert person.on == on


async def test_columns_are_sorted_and_the_own_order_comes_back(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2")
        own = person.keys
        await person.click("Seen")
        seen = [row(person, key)["case_seen_count"] for key in person.keys]
        assert pl.Series(seen).is_sorted(descending=True)
        await person.click("Sort: ")
        assert person.keys == own


async def test_the_case_is_hidden_and_shown(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "v")
        assert " Level   " not in person.sees
        await person.press("v")
        assert " Level   " in person.sees


# --- one case -----------------------------------------------------------------------------------------------------------------


async def test_acknowledged_with_one_key_and_taken_back(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2")
        first, second = person.keys[:2]
        line = person.cursor_line
        await person.press("a")
        assert row(person, first)["case_state"] == "acknowledged"
        assert person.on == second, "the cursor stands on the next case"
        assert person.cursor_line == line
        assert person.message.endswith(": acknowledged.   u Undo")
        await person.press("u")
        assert isinstance(person.app.screen, Confirm)
        assert "Withdraw  Alert case acknowledged?" in person.sees
        await person.press("y")
        assert row(person, first)["case_state"] == "new"
        assert person.on == first
        assert "score" not in person.message
        assert person.message.startswith("Withdrawn: Alert case acknowledged.")


async def test_what_is_acknowledged_already_is_not_written_twice(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "a", "k")
        first = decided(person)[0].account_id
        person.listing.table.move_to(first)
        await person.press("a")
        assert "is acknowledged already." in person.message
        assert len(decided(person)) == 1


async def test_snoozed_until_a_day_that_is_read_back(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2", "o", "o")
        first = person.on
        await person.press("z")
        assert "at most Wed 14 Oct" in person.sees
        await person.type("fri")
        assert "= Fri 2 Oct, in 2 days" in person.sees
        await person.press("tab")
        await person.type("asked for time")
        assert "asleep until Fri 2 Oct" in person.sees
        await save(person)
        assert person.message.endswith("snoozed until Fri 2 Oct.   u Undo")
        assert row(person, first)["case_until"] == date(2026, 10, 2)
        assert first not in person.keys
        await person.press("escape", "full_stop", "full_stop")
        assert "[Snoozed 1]" in person.sees
        assert person.keys == [first]
        assert "snoozed 2 Oct" in person.sees
        assert "asked for time" in person.sees, "the step tells the reason"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("32 oct", "The date is not understood: 32 oct"),
        ("2026-09-01", "would be over already"),
        ("+30", "it may sleep until 2026-10-03 at most"),
        ("", "A snooze needs its last day."),
    ],
)
async def test_a_snooze_with_a_bad_date_is_refused_and_the_form_stays(demo: Path, typed: str, told: str) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "z")
        await person.type(typed)
        await person.press("tab")
        await person.type("why not")
        await save(person)
        assert isinstance(person.app.screen, Decide)
        assert told in " ".join(person.sees.replace("│", " ").split())
        assert "why not" in person.sees
        assert decided(person) == []


async def test_assigned_to_oneself_with_two_keys_or_to_another_by_number_or_name(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2")
        first = person.on
        await person.press("A")
        assert "= ana (collector)" in person.sees
        await save(person)
        assert row(person, first)["case_owner"] == "ana"
        assert person.on == first, "who assigns goes on with the case"
        for typed, owner in (("2", "ben"), ("me", "mei"), ("jo", "jo")):
            await person.press("A")
            await person.type(typed)
            await save(person)
            assert row(person, first)["case_owner"] == owner
        await person.press("A")
        await person.type("nobody")
        await save(person)
        assert "“nobody” is not among the people of this desk." in " ".join(person.sees.split())


async def test_escalated_to_whom_the_policy_names(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2")
        first = person.on
        await person.press("E")
        assert "empty: mei (lead)" in person.sees
        await person.type("too large for me")
        assert "goes to mei (lead)" in person.sees
        await save(person)
        assert (row(person, first)["case_state"], row(person, first)["case_owner"]) == ("escalated", "mei")
        assert "escalated to mei" in person.message


async def test_a_lead_has_nobody_above_and_names_a_person(demo: Path) -> None:
    async with at_desk(demo, by="mei") as person:
        await person.press("2", "E")
        assert "name a person" in person.sees
        await person.type("look at this")
        await save(person)
        assert "Nobody stands above a lead. Name a person." in " ".join(person.sees.split())


@pytest.mark.parametrize(("key", "verdict"), [("c", "confirmed"), ("u", "useful"), ("f", "false alarm")])
async def test_closed_with_a_verdict_and_a_reason(demo: Path, key: str, verdict: str) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "o", "o")
        first, second = person.keys[:2]
        await person.press("C", key)
        assert f"= {verdict}" in person.sees
        await save(person)
        assert "To close a case needs a reason." in person.sees
        await person.type("paid by phone")
        await save(person)
        assert f"closed: {verdict}." in person.message
        assert first not in person.keys
        assert person.on == second
        assert row(person, first)["case_number"] is None
        assert decided(person)[0].note == "paid by phone"


async def test_a_collector_is_told_at_once_that_only_a_lead_closes_a_red_case(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "C")
        assert "is red: only a lead may close it." in person.sees
        await person.press("c", "x")
        await save(person)
        assert isinstance(person.app.screen, Decide)
        assert decided(person) == []
    async with at_desk(demo, by="mei") as person:
        await person.press("2", "C", "c", "x")
        await save(person)
        assert "closed: confirmed" in person.message


async def test_one_rule_is_switched_off_for_one_account(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2")
        first = person.on
        before = list(row(person, first)["signals"])
        await person.press("S")
        assert all(person.app.session.voice.signal(rule) in person.sees for rule in before)
        await person.press("2")
        await person.type("+10")
        await person.press("tab")
        await person.type("a plan is kept")
        assert "says nothing here until Sat 10 Oct" in " ".join(person.sees.split())
        await save(person)
        assert row(person, first)["signals"] == [rule for rule in before if rule != before[1]]
        assert "switched off here until Sat 10 Oct" in person.message
        await person.press("u", "y")
        assert row(person, first)["signals"] == before


async def test_a_rule_may_not_be_switched_off_for_ever(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "S", "1")
        await person.type("+500")
        await person.press("tab", "x")
        await save(person)
        assert "A rule may be switched off for 180 days" in " ".join(person.sees.split())


async def test_what_was_typed_is_there_again(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "C", "u")
        await person.type("half a rea")
        await person.press("escape", "C")
        assert "half a rea" in person.sees
        assert "= useful" in person.sees
        await person.press("escape", "j", "C")
        assert "half a rea" not in person.sees


async def test_where_nothing_can_be_written_the_form_stays(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk(demo) as person:

        def full(*_: object, **__: object) -> None:
            raise NotRecorded("no space left on the disk of this desk.", "Free some room.")

        with monkeypatch.context() as patch:
            patch.setattr(type(person.desk.ledger), "record_many", full)
            await person.press("2", "A")
            await save(person)
            assert "NOT RECORDED: no space left" in person.sees
            await person.press("escape")
            assert isinstance(person.app.screen, Decide)
            await person.press("escape", "a")
            assert person.message.startswith("NOT RECORDED")
        await person.press("A")
        await save(person)
        assert "assigned to ana" in person.message
        assert len(decided(person)) == 1


async def test_without_a_name_it_is_asked_for_first(demo: Path) -> None:
    async with at_desk(demo) as person:
        person.app.session.by = ""
        await person.press("2", "a")
        assert isinstance(person.app.screen, Who)
        await person.press("escape", "C")
        assert isinstance(person.app.screen, Who)
        await person.press("escape")
        assert isinstance(person.app.screen, Alerts)


# --- many cases ---------------------------------------------------------------------------------------------------------------


async def test_a_capital_decides_about_all_marked_with_one_reason(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2", "space", "space", "o", "o", "space", "space", "space")
        assert person.lines[-1].startswith(" 5 marked: a Acknowledge")
        marked = set(person.listing.table.marks)
        await person.press("C", "f")
        assert "2 of 5 will refuse" in person.sees
        await person.type("the file was late")
        await save(person)
        assert person.message == "3 closed, 2 refused: v shows why"
        events = decided(person)
        assert {event.note for event in events} == {"the file was late"}
        assert {event.code for event in events} == {CaseAction.CLOSE}
        assert {event.account_id for event in events} < marked
        assert person.listing.table.marks == set()
        await person.press("v")
        assert isinstance(person.app.screen, Refused)
        assert person.sees.count("only a lead may close it") == 2
        await person.press("escape", "v")
        assert isinstance(person.app.screen, Alerts), "then v hides the case as ever"


async def test_all_shown_are_marked_and_decided_about(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "o", "asterisk")
        shown = set(person.keys)
        await person.press("A")
        assert f"Assign · {len(shown)} cases" in person.sees
        await save(person)
        assert person.message.startswith(f"{len(shown)} assigned")
        assert {row(person, key)["case_owner"] for key in shown} == {"ana"}
        await person.press("asterisk", "a")
        assert person.message.startswith(f"{len(shown)} acknowledged")


async def test_the_rules_of_several_cases_are_offered_together(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2", "o", "asterisk")
        day = person.app.session.opened[1]
        shown = {key: set(day.row(key)["signals"]) for key in person.keys}
        await person.press("S")
        assert all(person.app.session.voice.signal(rule) in person.sees for rule in set.union(*shown.values()))
        await person.press("1")
        await person.type("+7")
        await person.press("tab", "x")
        await save(person)
        (rule,) = {str(event.data["rule"]) for event in decided(person)}
        assert {event.account_id for event in decided(person)} == {key for key in shown if rule in shown[key]}
        assert len(decided(person)) > len(shown) / 2, "the commonest is offered first"


# --- elsewhere ----------------------------------------------------------------------------------------------------------------


async def test_acknowledged_from_the_account_and_told_in_its_history(demo: Path) -> None:
    async with at_desk(demo, (120, 50)) as person:
        await person.press("2", "enter", "a")
        assert isinstance(person.app.screen, AccountView)
        assert person.message.endswith(": acknowledged.   u Undo")
        assert "Alert case acknowledged" in person.sees
        await person.press("u", "y")
        assert "Alert case acknowledged  withdrawn" in person.sees


async def test_an_account_without_a_case_says_so(demo: Path) -> None:
    async with at_desk(demo) as person:
        table = person.app.session.opened[1].table
        quiet = table.filter(pl.col("case_number").is_null() & (pl.col("state") == "act"))["account_id"][0]
        person.listing.table.move_to(quiet)
        await person.press("enter", "a")
        assert "has no open case." in person.message


async def test_assigned_from_the_worklist(demo: Path) -> None:
    async with at_desk(demo) as person:
        first = next(key for key in person.keys if row(person, key)["case_number"])
        person.listing.table.move_to(first)
        await person.press("A")
        await save(person)
        assert isinstance(person.app.screen, Worklist)
        assert row(person, first)["case_owner"] == "ana"


async def test_the_counts_at_the_top_follow_a_decision(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "o", "o")
        flagged = person.app.session.opened[2].flagged
        await person.press("C", "u", "x")
        await save(person)
        assert person.app.session.opened[2].flagged == flagged - 1
        assert f"[2 Alerts {flagged - 1}]" in person.lines[1]
        day = person.app.session.opened[1]
        counted = triage.counts(day.table, triage.Viewer("ana", day.moment.today))
        assert f"Open {counted['open']}" in person.lines[2]
