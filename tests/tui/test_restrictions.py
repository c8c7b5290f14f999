"""Restrictions and measures: what stands, what its release needs, who signs; each with one key and a dialog."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from deskcollect import settings
from deskcollect.desk.decisions import offers, release, restrictions
from deskcollect.desk.decisions.restrictions import Asked
from deskcollect.errors import NotRecorded
from deskcollect.present.lines import plain
from deskcollect.present.reviews import nothing
from deskcollect.tui.screens.account import AccountView
from deskcollect.tui.screens.decide import Decide
from deskcollect.tui.screens.refused import Refused
from deskcollect.tui.screens.restrictions import Restrictions
from deskcollect.tui.screens.what_if import WhatIf
from deskcollect.tui.screens.who import Who
from deskcollect.vocabulary import EventKind, RestrictionState
from tests.tui.person import Person, at_desk, opened

SIZES = [(120, 36), (80, 24), (60, 16)]


def free(folder: Path, count: int) -> list[str]:
    """Return accounts of the demo with money past due on which nothing stands, the largest first."""
    desk = opened(folder)
    day = desk.load()
    taken = {each.account_id for each in restrictions.known(desk, day).restrictions}
    table = day.table.filter(~day.table["account_id"].is_in(list(taken))).sort("past_due", descending=True)
    desk.close()
    return list(table["account_id"].head(count))


def restrict(folder: Path, *accounts: str, by: str = "ana", reason: str = "LATE") -> None:
    """Restrict accounts before anybody sits down."""
    desk = opened(folder)
    done = restrictions.impose(desk, desk.load(), [Asked(each, reason=reason) for each in accounts], by=by)
    assert not done.refused
    desk.close()


async def go(person: Person, account_id: str) -> None:
    """Open the screen and put the cursor on a restriction of an account."""
    await person.press("3")
    found = person.listing.frame.filter(account_id=account_id)["id"][0]
    assert person.listing.table.move_to(found)
    await person.rest()


def standing(person: Person, account_id: str) -> list[RestrictionState]:
    """Return the states of the restrictions of an account."""
    desk, day, _ = person.app.session.opened
    return [each.state for each in restrictions.known(desk, day).of(account_id)]


def flat(person: Person) -> str:
    """Return what is seen as one line, without the frame of a dialog."""
    return " ".join(person.sees.replace("│", " ").split())


# --- the list ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_tells_what_stands_and_the_checklist_what_is_missing(demo: Path, size: tuple[int, int]) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    async with at_desk(demo, size) as person:
        await go(person, late)
        assert isinstance(person.app.screen, Restrictions)
        desk, day, _ = person.app.session.opened
        (review,) = release.review(desk, day, late).open
        assert review.checklist is not None
        assert f"{review.checklist.met_count} of {len(review.checklist.items)}" in person.sees
        head = next(text for text in person.lines if text.startswith("── "))
        assert late in head
        if size[1] > SIZES[-1][1]:
            assert "Release checklist" in person.sees
            assert all(item.check.label in person.sees for item in review.checklist.items)
            assert f"[3 Restrictions {len(release.queue(desk, day))}]" in person.lines[1]


async def test_what_waits_for_a_signature_stands_first_and_is_counted_for_who_may_sign(demo: Path) -> None:
    first, second = free(demo, 2)
    restrict(demo, first, by="mei", reason="FRAUD")
    restrict(demo, second)
    for who, told in (("jo", True), ("mei", False), ("ana", False)):
        async with at_desk(demo, (120, 36), by=who) as person:
            await person.press("3")
            signs = person.listing.frame.filter(what="restriction")["signs"].to_list()
            assert signs[: sum(signs)] == [True] * sum(signs)
            before = person.app.session.restricted
            assert before == len(person.keys)
            mine = person.listing.found.waiting_for(who, person.desk.settings.people[who])  # type: ignore[attr-defined]  # the screen of restrictions
            names = [each.restriction.account_id for each in release.queue(*person.app.session.opened[:2])[:9]]
            assert first in names
            assert (mine > 0) is told or who == "mei"
            assert ("for you" in person.lines[1]) is (mine > 0)
            assert who != "ana" or mine == 0


async def test_lists_are_walked_sorted_and_filtered(demo: Path) -> None:
    late, other = free(demo, 2)
    restrict(demo, late)
    restrict(demo, other, reason="FRAUD")
    async with at_desk(demo, (120, 36)) as person:
        await person.press("3")
        own = person.keys
        await person.press("full_stop")
        assert "[For review " in person.lines[2]
        assert set(person.keys) < set(own)
        await person.press("escape")
        assert person.keys == own
        await person.click("Eligible ")
        assert " Measure " in person.sees
        assert " Why" in person.sees
        await person.press("escape", "slash")
        await person.type(late[-4:])
        await person.press("enter")
        assert {row["account_id"] for row in map(person.listing.table.rows.row, range(len(person.keys)))} == {late}
        await person.press("escape")
        await person.press("slash")
        await person.type("zzqzz")
        assert "No account matches" in person.sees
        await person.press("escape")
        await person.click("Customer")
        names = [person.listing.table.rows.row(n)["customer_name"] for n in range(len(person.keys))]
        assert names == sorted(names)


async def test_keys_pressed_before_the_list_is_gathered_do_nothing(demo: Path) -> None:
    async with at_desk(demo) as person:
        for keys in (("3", "full_stop", "L", "s", "w", "R"), ("1", "3", "slash", "I", "escape", "escape")):
            for key in keys:
                await person.pilot.press(key)
            await person.rest()
            await person.press("escape", "escape", "escape")
        assert person.desk.ledger.of_kinds(EventKind.RESTRICTION.value)


async def test_enter_opens_the_account_and_back_leads_to_the_list(demo: Path) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    async with at_desk(demo, (120, 36)) as person:
        await go(person, late)
        await person.press("enter")
        assert isinstance(person.app.screen, AccountView)
        assert late in person.sees
        await person.press("escape")
        assert isinstance(person.app.screen, Restrictions)
        await person.press("x")
        assert "Why here" in person.sees


def test_where_nothing_stands_the_list_says_so_and_where_there_is_something() -> None:
    told = [plain(entry) for entry in nothing("open", {"open": 0, "eligible": 7})]
    assert told[0].strip().startswith("No restriction stands.")
    assert "Eligible 7" in told[1]


# --- acts ----------------------------------------------------------------------------------------------------------------------


async def test_imposed_from_the_account_with_the_reason_that_signals_suggest_first(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        desk, day, _ = person.app.session.opened
        account = next(
            row["account_id"]
            for row in day.table.iter_rows(named=True)
            if row["signals"] and desk.policies.restrictions.suggested(row["signals"]) and not standing(person, row["account_id"])
        )  # fmt: skip
        first = desk.policies.restrictions.suggested(day.row(account)["signals"])[0]
        await person.press("slash")
        await person.type(account)
        await person.press("enter", "enter")
        if not person.sees.count(account):  # it stands in another queue than the first
            await person.press("enter")
        await person.press("I")
        assert f"1  {first.label}" in person.sees
        await person.press("1")
        assert "Effect" in person.sees
        assert "review" in flat(person)
        await person.press("ctrl+s")
        if first.kind == "limit_cut":
            assert "A limit cut needs the new limit." in flat(person)
            return
        assert len(standing(person, account)) == 1
        (event,) = person.desk.ledger.of_kinds(EventKind.RESTRICTION.value)[-1:]
        assert (event.account_id, event.data["reason"], event.by) == (account, first.code, "ana")


async def test_a_lift_with_an_open_check_needs_a_reason_and_then_a_second_lead(demo: Path) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    async with at_desk(demo, (120, 36), by="mei") as person:
        await go(person, late)
        await person.press("L")
        assert "a lift now needs a reason" in flat(person)
        assert "--note" not in person.sees
        assert "deskcollect restrictions" not in person.sees
        await person.press("ctrl+s")
        assert isinstance(person.app.screen, Decide)
        await person.type("paid in cash at the branch")
        assert "stands until another lead approves the lift" in flat(person)
        await person.press("ctrl+s")
        assert standing(person, late) == [RestrictionState.LIFT_PROPOSED]
        await go(person, late)
        assert "mei proposed to lift: paid in cash at the branch. A lead who is not mei signs." in flat(person)
        await person.press("P", "a")
        assert "a second person signs" in flat(person)
        await person.press("escape")
    async with at_desk(demo, (120, 36), by="jo") as person:
        await go(person, late)
        await person.press("P", "a", "ctrl+s")
        assert standing(person, late) == [RestrictionState.LIFTED]
        assert "lifted" in person.message
        assert late not in person.listing.frame.filter(what="restriction")["account_id"]


async def test_where_no_notes_are_kept_a_reason_counts_and_is_said_not_to_be_kept(demo: Path) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    settings.write(demo, replace(settings.read(demo), notes="none"))
    async with at_desk(demo, (120, 36), by="mei") as person:
        await go(person, late)
        await person.press("L")
        await person.type("paid in cash at the branch")
        await person.press("ctrl+s")
        assert standing(person, late) == [RestrictionState.LIFT_PROPOSED]
        assert "The reason is not kept: this desk keeps no notes" in person.message
        assert person.desk.ledger.history(account=late)[-1].note == "(not kept)"


async def test_a_collector_cannot_lift(demo: Path) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    async with at_desk(demo) as person:
        await go(person, late)
        await person.press("L")
        await person.type("please")
        await person.press("ctrl+s")
        assert "ana is no lead: only a lead lifts a restriction" in flat(person)
        assert standing(person, late) == [RestrictionState.ACTIVE]


async def test_a_review_is_put_off_and_a_kind_is_changed(demo: Path) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    async with at_desk(demo, (120, 36), by="mei") as person:
        await go(person, late)
        await person.press("X")
        await person.type("2027-03-01")
        await person.press("tab")
        await person.type("a plan until February")
        await person.press("ctrl+s")
        assert "review Mon 1 Mar 2027" in person.message
        await person.press("V", "4")
        await person.type("500")
        await person.press("tab")
        await person.type("graver")
        assert "= 500" in person.sees
        await person.press("ctrl+s")
        assert "Limit cut 500" in person.message
        (each,) = restrictions.known(*person.app.session.opened[:2]).of(late)
        assert (each.kind.value, each.limit) == ("limit_cut", Decimal(500))


async def test_a_proof_is_recorded_and_the_checklist_follows(demo: Path) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late, by="mei", reason="FRAUD")
    async with at_desk(demo, (120, 36)) as person:
        await go(person, late)
        assert "[?] identity confirmed" in person.sees
        await person.press("D", "i")
        await person.press("ctrl+s")
        assert "identity confirmed." in person.message
        assert "[✓] identity confirmed" in person.sees


async def test_a_capital_acts_on_all_marked_and_v_shows_who_refused(demo: Path) -> None:
    one, two = free(demo, 2)
    restrict(demo, one, two)
    async with at_desk(demo, (120, 36), by="mei") as person:
        await person.press("3")
        table = person.listing.table
        frame = person.listing.frame.filter(what="restriction")
        ids = {row["account_id"]: row["id"] for row in frame.iter_rows(named=True)}
        table.set_marks({ids[one], ids[two]})
        await person.press("X")
        await person.type("2027-03-01")
        await person.press("tab")
        await person.type("a plan for both")
        await person.press("ctrl+s")
        assert person.message.startswith("2 recorded")
        await person.rest()
        table.set_marks({ids[one], ids[two]})
        await person.press("P", "a", "ctrl+s")
        assert "Nothing waits for a signature here" in flat(person)
        await person.press("escape", "L")
        await person.type("both paid")
        await person.press("ctrl+s")
        assert standing(person, one) == [RestrictionState.LIFT_PROPOSED]


async def test_some_are_done_and_the_others_refused(demo: Path) -> None:
    one, two = free(demo, 2)
    restrict(demo, one, two)
    async with at_desk(demo, (120, 36), by="mei") as person:
        await go(person, one)
        await person.press("L")
        await person.type("paid")
        await person.press("ctrl+s")
        table = person.listing.table
        frame = person.listing.frame.filter(what="restriction")
        ids = {row["account_id"]: row["id"] for row in frame.iter_rows(named=True)}
        table.set_marks({ids[one], ids[two]})
        await person.press("L")
        await person.type("paid")
        assert "1 of 2 will refuse" in flat(person)
        await person.press("ctrl+s")
        assert person.message == "1 recorded, 1 refused: v shows why"
        await person.press("v")
        assert isinstance(person.app.screen, Refused)


async def test_where_nothing_can_be_written_the_form_stays(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    async with at_desk(demo, (120, 36), by="mei") as person:

        def full(*_: object, **__: object) -> None:
            raise NotRecorded("no space left on the disk of this desk.", "Free some room.")

        await go(person, late)
        with monkeypatch.context() as patch:
            patch.setattr(type(person.desk.ledger), "record_many", full)
            await person.press("L")
            await person.type("paid")
            await person.press("ctrl+s")
            assert "NOT RECORDED: no space left" in person.sees
            await person.press("escape")
            assert isinstance(person.app.screen, Decide)
        await person.press("ctrl+s")
        assert standing(person, late) == [RestrictionState.LIFT_PROPOSED]


async def test_without_a_name_it_is_asked_for_first(demo: Path) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    async with at_desk(demo) as person:
        await go(person, late)
        person.app.session.by = ""
        await person.press("L")
        assert isinstance(person.app.screen, Who)


# --- what if -------------------------------------------------------------------------------------------------------------------


async def test_what_if_stands_beside_what_is_and_records_nothing(demo: Path) -> None:
    (late,) = free(demo, 1)
    restrict(demo, late)
    async with at_desk(demo, (120, 36)) as person:
        await go(person, late)
        before = person.desk.ledger.head().seq
        await person.press("w")
        assert isinstance(person.app.screen, WhatIf)
        assert "nothing is recorded" in person.sees
        await person.type("full")
        await person.rest()
        desk, day, _ = person.app.session.opened
        found = release.what_if(desk, day, late, paid=day.row(late)["past_due"])
        told = flat(person)
        assert person.app.session.restrictions().ready(found.then) in told
        assert "If " in told
        assert "is paid today" in told
        await person.press("tab")
        await person.type("x")
        assert "not understood" in person.sees
        await person.press("escape")
        assert person.desk.ledger.head().seq == before


async def test_what_if_is_for_restrictions_only(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("3")
        await person.click("Eligible ")
        await person.press("w")
        assert not isinstance(person.app.screen, WhatIf)
        assert "What if… is for a restriction" in person.message


# --- measures ------------------------------------------------------------------------------------------------------------------


async def test_a_measure_is_proposed_signed_and_done(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("3")
        await person.click("Eligible ")
        row = person.listing.table.cursor_row
        assert row is not None
        account = row["account_id"]
        await person.press("M", "1")
        assert "Propose: " in person.sees
        assert "Why" in person.sees
        await person.press("ctrl+s")
        (made,) = offers.known(*person.app.session.opened[:2]).of(account)[-1:]
        assert made.is_open
        assert person.listing.frame.filter(what="new", account_id=account, kind=made.measure).is_empty()
    async with at_desk(demo, (120, 36), by="mei") as person:
        await person.press("3")
        await person.click("Measures ")
        assert person.listing.table.move_to(made.id)
        await person.rest()
        assert "to be signed" in person.sees
        await person.press("P", "a", "ctrl+s")
        await person.press("M", "1")
        assert "Do now: " in person.sees
        await person.press("ctrl+s")
        (done,) = (each for each in offers.known(*person.app.session.opened[:2]).of(account) if each.id == made.id)
        assert done.state.value == "done"


async def test_an_account_without_a_measure_says_so_instead_of_asking(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        desk, day, _ = person.app.session.opened
        bare = next(
            each
            for each in day.table["account_id"]
            if not any(offer.eligible or offer.proposal for offer in offers.whole(desk, day, each).offers)
            and not offers.known(desk, day).of(each)
        )
        person.app.screen.look(person.listing.view.among_all())  # type: ignore[attr-defined]  # the worklist
        await person.rest()
        assert person.listing.table.move_to(bare)
        await person.press("enter", "M")
        assert isinstance(person.app.screen, AccountView)
        assert "No incentive or consequence fits" in person.message
