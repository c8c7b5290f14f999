"""Recording: three keys for the commonest outcome, four for a promise; nothing is lost and nothing is written twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.widgets import Input

from deskcollect import frames
from deskcollect.desk.desk import Desk, Recorded
from deskcollect.desk.upkeep import spill
from deskcollect.errors import Busy, NotRecorded, Uncertain
from deskcollect.records import Entry
from deskcollect.tui.form import Form, Way
from deskcollect.tui.screens import unrecorded
from deskcollect.tui.screens.confirm import Confirm
from deskcollect.tui.screens.record import Record
from deskcollect.tui.screens.unrecorded import Unrecorded
from tests.desk.builders import moved
from tests.tui.person import Person, StandingClock, at_desk


async def test_no_answer_takes_three_keys(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("j", "j")
        called, following, line = person.on, person.keys[3], person.cursor_line
        score = person.app.session.opened[1].row(called)["score"]
        await person.press("r", "n", "ctrl+s")
        assert f"no answer. {score} =" in person.message
        assert f"Now {person.keys.index(called) + 1} of {len(person.keys)}." in person.message
        worked = [person.app.session.opened[1].row(key)["worked_today"] for key in person.keys]
        assert worked == sorted(worked)
        assert worked[person.keys.index(called)]
        assert (person.on, person.cursor_line) == (following, line)
        newest = person.records(called)[-1]
        assert (newest.code, newest.by, newest.contact_point) == ("NA", "ana", "phone")
        await person.press("G")
        assert any(row.startswith((" ✓", "▸✓")) for row in person.lines)


async def test_a_promise_takes_four_keys_and_is_read_back_before_it_is_saved(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        saved = int(person.lines[0].partition("saved ")[2].split()[0])
        await person.press("r", "p", "f")
        assert "= Fri 2 Oct, in 2 days" in person.sees
        assert "promise open +" in person.sees
        before = person.app.session.opened[1].row(account)
        shown = next(line for line in person.lines if "Score  " in line and "→" in line)
        await person.press("ctrl+s")
        after = person.app.session.opened[1].row(account)
        assert f"{before['score']} → {after['score']}" in shown
        assert f"{before['score']} → {after['score']}" in person.message
        event = person.records(account)[-1]
        assert (event.code, event.amount, event.due_date) == ("PTP", before["past_due"], date(2026, 10, 2))
        assert f"saved {saved + 1}" in person.lines[0]


async def test_the_parts_of_a_step_add_up(demo: Path) -> None:
    async with at_desk(demo) as person:
        steps: list[Recorded] = []
        original = person.desk.record
        person.desk.record = lambda day, entry: steps.append(original(day, entry)) or steps[-1]  # type: ignore[method-assign, func-returns-value]  # the step is watched
        for keys in (("r", "p", "f", "ctrl+s"), ("r", "u", "ctrl+s"), ("r", "z", "ctrl+s")):
            await person.press(*keys)
        assert len(steps) == 3
        assert all(sum(p.points for p in s.parts) == s.after - s.before for s in (moved(done).step for done in steps))


async def test_keys_that_come_all_at_once_hit_what_they_mean(demo: Path) -> None:
    """A slow line or a macro sends `r n ctrl+s r p f ctrl+s j r b ctrl+s` in one piece."""
    async with at_desk(demo) as person:
        first, second, third, fourth = person.keys[:4]
        before = person.records(third)
        for key in ("r", "n", "ctrl+s", "r", "p", "f", "ctrl+s", "j", "r", "b", "ctrl+s"):
            person.app.post_message(_key(key))
        await person.rest()
        codes = {account: person.records(account)[-1].code for account in (first, second, fourth)}
        assert codes == {first: "NA", second: "PTP", fourth: "BZ"}
        assert person.records(third) == before


def _key(name: str) -> Any:
    from textual.events import Key

    return Key(name, name if len(name) == 1 else None)


async def test_undo_steps_back_and_keeps_both_records(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        account = person.on
        score = person.app.session.opened[1].row(account)["score"]
        await person.press("r", "p", "f", "ctrl+s", "u")
        assert isinstance(person.app.screen, Confirm)
        assert "Promise to pay" in person.sees
        await person.press("enter")
        assert person.app.session.opened[1].row(account)["score"] != score
        await person.press("u", "y")
        assert person.message.startswith("Withdrawn: Promise to pay")
        assert f"→ {score}" in person.message
        assert person.app.session.opened[1].row(account)["score"] == score
        promise, correction = person.records(account)[-2:]
        assert correction.corrects == promise.event_id
        await person.press("enter")
        timeline = person.sees
        assert "Withdrew a record" in timeline
        assert "withdrawn" in next(line for line in person.lines if "Promise to pay" in line and "Fri 2 Oct" in line)


async def test_a_dispute_stops_work_and_says_so_before(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        await person.press("r", "D", "1")
        assert "All contact on this account stops now" in person.sees
        await person.press("ctrl+s")
        row = person.app.session.opened[1].row(account)
        assert "blocked" in row["queues"]
        assert account not in person.keys
        await person.press("slash", *account.lower(), "enter", "enter", "enter")
        assert "NO CONTACT" in person.lines[3]
        assert person.app.session.voice.why(row) in person.lines[3]


async def test_a_question_that_is_not_answered_is_not_saved(demo: Path) -> None:
    async with at_desk(demo) as person:
        head = person.desk.ledger.head()
        await person.press("r", "D", "ctrl+s")
        assert person.desk.ledger.head() == head
        assert isinstance(person.app.screen, Record)
        await person.press("escape", "escape")
        assert not isinstance(person.app.screen, Record)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12k", "= 12,000 TWD"),
        ("10.50", "= 10.50 TWD"),
        ("10.505", "not understood"),
        ("full", "past due"),
        ("half", "TWD"),
        ("12,5,0", "not understood"),
    ],
)
async def test_amounts_are_read_back(demo: Path, typed: str, read: str) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "a", "shift+tab")
        await person.type(typed)
        line = next(line for line in person.lines if "Amount" in line)
        assert read in line


async def test_the_minimum_of_the_newest_statement_is_read_where_the_account_gives_none(demo: Path) -> None:
    async with at_desk(demo) as person:
        day = person.app.session.opened[1]
        billed = day.standing.cycles["minimum_0"][day.place(person.on)]
        bare = day.table.with_columns(minimum_due=pl.lit(None, frames.MONEY))
        person.app.session.day = replace(day, conclusion=replace(day.conclusion, worklist=bare))
        await person.press("r", "a", "shift+tab")
        await person.type("min")
        assert f"= {billed:,.0f} TWD" in person.sees


async def test_cents_can_be_promised_though_all_of_the_book_is_whole(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        assert "TWD" in person.app.session.opened[2].whole
        await person.press("r", "p", "f", "shift+tab")
        await person.type("10.50")
        await person.press("ctrl+s")
        assert person.records(account)[-1].amount == Decimal("10.50")
        assert "promise to pay 10.50 by Fri 2 Oct" in person.message


@pytest.mark.parametrize(
    ("currency", "typed", "read"),
    [("JPY", "10.50", "not understood"), ("BHD", "10.125", "= 10.125 BHD"), ("BHD", "10.1255", "not understood")],
)
async def test_an_amount_may_have_the_decimals_of_its_currency(
    demo: Path, currency: str, typed: str, read: str
) -> None:
    async with at_desk(demo) as person:
        promise = person.desk.policies.outcome("PTP")
        assert promise is not None
        form = Form(person.app.session, {**_row(person, person.on), "currency": currency}, promise, Way())
        form.type("amount", typed)
        assert form.reading("amount")[0] == read


async def test_half_of_an_amount_can_be_paid(demo: Path) -> None:
    async with at_desk(demo) as person:
        table = person.app.session.opened[1].table
        odd = table.filter((table["currency"] == "TWD") & (table["past_due"] % 2 == 1))["account_id"].to_list()
        assert odd
        account = next(key for key in person.keys if key in odd)
        person.listing.table.move_to(account)
        await person.press("r", "p", "f", "shift+tab")
        await person.type("half")
        await person.press("ctrl+s")
        assert person.records(account)[-1].amount == _row(person, account)["past_due"] // 2


async def test_a_plan_asks_for_one_instalment_and_says_what_all_of_them_make(demo: Path) -> None:
    async with at_desk(demo) as person:
        owed = person.app.session.opened[1].row(person.on)["past_due"]
        await person.press("r", "l")
        line = next(line for line in person.lines if "Amount" in line)
        each, whole = (
            Decimal(text.replace(",", "")) for text in re.findall(r"= ([\d,.]+) \w+ each, ([\d,.]+) in all", line)[0]
        )
        assert each * 3 == whole
        assert owed <= whole < owed + 3


async def _promise(person: Person, amount: Decimal) -> None:
    """Fill in a promise of an amount, by Friday."""
    await person.press("r", "p", "f", "shift+tab")
    await person.type(f"{amount:.0f}")


async def test_an_amount_above_the_balance_is_asked_about_once(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        many, balance = len(person.records(account)), _row(person, account)["balance"]
        await _promise(person, balance + 1)
        assert f"{balance + 1:,.0f} is more than the whole balance of {balance:,.0f}" in person.sees
        await person.press("ctrl+s")
        assert f"! {balance + 1:,.0f} is more than the whole balance of {balance:,.0f}." in person.sees
        assert "ctrl+s again" in person.sees
        assert len(person.records(account)) == many
        await person.press("ctrl+s")
        assert person.records(account)[-1].amount == balance + 1
        assert len(person.records(account)) == many + 1


async def test_another_amount_above_the_balance_is_asked_about_again(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        many, balance = len(person.records(account)), _row(person, account)["balance"]
        await _promise(person, balance + 1)
        await person.press("ctrl+s", "0", "ctrl+s")
        assert len(person.records(account)) == many
        await person.press("backspace", "backspace", "ctrl+s")
        assert person.records(account)[-1].amount == (balance + 1) // 10


async def test_an_amount_between_past_due_and_balance_is_remarked_and_saved(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        row = _row(person, account)
        assert row["past_due"] + 1 <= row["balance"]
        await _promise(person, row["past_due"] + 1)
        assert f"more than the {row['past_due']:,.0f} past due" in person.sees
        await person.press("ctrl+s")
        assert person.records(account)[-1].amount == row["past_due"] + 1


@pytest.mark.parametrize("keys", [("p", "f"), ("f",), ("a",), ("s",), ("l", "f")])
async def test_the_amount_that_is_filled_in_gives_rise_to_no_remark(demo: Path, keys: tuple[str, ...]) -> None:
    async with at_desk(demo) as person:
        await person.press("r", *keys)
        assert "Score  " in person.sees
        assert "more than" not in person.sees


async def test_a_draft_is_offered_after_a_crash_and_goes_on_with_enter(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        await person.press("r", "p", "shift+tab", "5", "0", "0", "tab", "f")
    async with at_desk(demo, (120, 36)) as person:
        name = person.app.session.opened[1].row(account)["customer_name"]
        assert f"Promise to pay for {name} was not saved: enter goes on, ctrl+x discards" in person.sees
        assert person.on == account
        await person.press("enter")
        assert "= 500 TWD" in person.sees
        assert "= Fri 2 Oct" in person.sees
        await person.press("ctrl+s")
        assert person.records(account)[-1].amount == 500
    async with at_desk(demo) as person:
        assert "was not saved" not in person.sees


async def test_a_draft_that_is_discarded_does_not_come_back(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "p", "shift+tab", "5")
    async with at_desk(demo) as person:
        await person.press("ctrl+x")
        assert person.message == "The form was discarded."
    async with at_desk(demo) as person:
        assert "was not saved" not in person.sees


async def test_the_offer_ends_with_the_next_message(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "p", "shift+tab", "5")
    async with at_desk(demo) as person:
        await person.press("R", "enter")
        assert not isinstance(person.app.screen, Record)


async def test_escape_in_a_form_keeps_it_and_the_letters_offer_it(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "p", "shift+tab", "7", "escape")
        assert "Promise to pay was not saved: enter goes on" in person.sees
        await person.press("enter")
        assert "= 7 TWD" in person.sees
        await person.press("ctrl+x", "y", "escape", "r")
        assert "was not saved" not in person.sees


class Refusing:
    """Refuses a number of times, then records; keeps what it was asked to record."""

    def __init__(self, desk: Desk, *errors: Exception) -> None:
        self._record = desk.record
        self._errors = list(errors)
        self.asked: list[Entry] = []

    def __call__(self, day: Any, entry: Entry) -> Recorded:
        """Record, or refuse."""
        self.asked.append(entry)
        if self._errors:
            raise self._errors.pop(0)
        return self._record(day, entry)


class Lying:
    """Records at the first step, and says that it perhaps did not."""

    def __init__(self, desk: Desk) -> None:
        self._record = desk.record
        self._lied = False

    def __call__(self, day: Any, entry: Entry) -> Recorded:
        """Record."""
        done = self._record(day, entry)
        if not self._lied:
            self._lied = True
            raise Uncertain("The disk may have lost the record.", "Try again.")
        return done


@pytest.mark.parametrize(
    "error",
    [
        Busy("Another program is writing (pid 4121).", "Wait a moment."),
        NotRecorded("No space left on the disk of this desk.", "Free 1 MB or more."),
        Uncertain("The disk may have lost the record.", "Try again."),
    ],
)
async def test_what_is_not_recorded_is_kept_and_recorded_once(demo: Path, error: Exception) -> None:
    async with at_desk(demo) as person:
        account = person.on
        many = len(person.records(account))
        refusing = Refusing(person.desk, error, error)
        person.desk.record = refusing  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "p", "f", "ctrl+s")
        assert "NOT RECORDED" in person.sees
        assert "r  Try again" in person.sees
        await person.press("escape")
        assert "= Fri 2 Oct" in person.sees
        assert "ctrl+s tries again" in person.sees
        assert len(person.records(account)) == many
        await person.press("ctrl+s", "r")
        assert len(person.records(account)) == many + 1
        assert len({(entry.event_id, entry.occurred_at) for entry in refusing.asked}) == 1
        assert refusing.asked[0].event_id


async def test_a_record_that_survived_a_failed_answer_is_not_written_twice(demo: Path) -> None:
    """The disk said no, but the record is there: the second try finds it."""
    async with at_desk(demo) as person:
        account = person.on
        many = len(person.records(account))
        person.desk.record = Lying(person.desk)  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "n", "ctrl+s", "ctrl+s")
        assert "no answer" in person.message
        assert len(person.records(account)) == many + 1


async def test_the_id_of_a_failed_try_outlives_a_crash(demo: Path) -> None:
    async with at_desk(demo) as person:
        refusing = Refusing(person.desk, Uncertain("Perhaps.", "Try again."))
        person.desk.record = refusing  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "p", "f", "ctrl+s")
        wanted = refusing.asked[0].event_id
    async with at_desk(demo) as person:
        account = person.on
        await person.press("enter", "ctrl+s")
        assert person.records(account)[-1].event_id == wanted


async def test_a_form_that_is_changed_after_a_failure_is_recorded_as_it_stands(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        many = len(person.records(account))
        refusing = Refusing(person.desk, Uncertain("Perhaps.", "Try again."))
        person.desk.record = refusing  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "p", "f", "ctrl+s")
        await person.press("escape", "shift+tab", "5", "0", "0", "ctrl+s")
        assert person.records(account)[-1].amount == 500
        assert len(person.records(account)) == many + 1
        assert len({entry.event_id for entry in refusing.asked}) == 2
        assert "promise to pay 500" in person.message


async def test_a_first_try_that_got_through_beside_the_changed_form_is_told_and_taken_back_first(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        person.desk.record = Lying(person.desk)  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "p", "f", "ctrl+s")
        await person.press("escape", "shift+tab", "5", "0", "0", "ctrl+s")
        assert "The first try of this form is in the ledger too: u takes it back" in person.sees
        first, second = person.records(account)[-2:]
        assert second.amount == 500
        assert first.amount != 500
        await person.press("u", "y")
        assert person.desk.withdrawn() >= {first.event_id}
        await person.press("u", "y")
        assert person.desk.withdrawn() >= {first.event_id, second.event_id}


async def test_a_first_try_that_got_through_is_told_though_the_form_was_changed_after_a_crash(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        person.desk.record = Lying(person.desk)  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "p", "f", "ctrl+s")
    async with at_desk(demo) as person:
        await person.press("enter", "shift+tab", "shift+tab", "5", "0", "0", "ctrl+s")
        assert "The first try of this form is in the ledger too: u takes it back" in person.sees
        assert person.records(account)[-1].amount == 500


async def test_once_a_first_try_was_kept_u_takes_back_the_last_record(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        person.desk.record = Lying(person.desk)  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "p", "f", "ctrl+s")
        await person.press("escape", "shift+tab", "5", "0", "0", "ctrl+s")
        first, second = person.records(account)[-2:]
        await person.press("u", "n", "u", "y")
        assert second.event_id in person.desk.withdrawn()
        assert first.event_id not in person.desk.withdrawn()


async def test_a_time_that_counts_from_now_is_the_same_record_at_a_second_try(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        many = len(person.records(account))
        person.desk.record = Lying(person.desk)  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "k")
        await person.type("+2h")
        assert "= Wed 30 Sep 12:00" in person.sees
        await person.press("ctrl+s")
        StandingClock.ahead = timedelta(minutes=5)
        await person.press("ctrl+s")
        assert not isinstance(person.app.screen, Record)
        assert "call back" in person.message
        assert len(person.records(account)) == many + 1


async def test_the_customer_called_and_which_number_are_said_with_one_letter(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        await person.press("r", "i", "2", "z", "ctrl+s")
        event = person.records(account)[-1]
        assert event.direction == "inbound"
        assert event.contact_point == [n for n in ("phone", "phone_2", "email") if _row(person, account)[n]][1]


def _row(person: Person, account: str) -> dict[str, Any]:
    return person.app.session.opened[1].row(account)


async def test_a_code_is_found_by_word_and_by_its_letters(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        await person.press("r", "slash", *"busy", "enter", "ctrl+s")
        assert person.records(account)[-1].code == "BZ"
        second = person.on
        await person.press("r", "m", "e", "ctrl+s")
        assert person.records(second)[-1].code == "EML"


async def test_a_letter_without_a_code_says_so(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "P")
        assert "P is no letter here. Caps lock?" in person.sees
        await person.press("escape")
        assert not isinstance(person.app.screen, Record)


def _holding(folder: Path, text: bytes) -> list[Path]:
    """Return the files that hold a text."""
    return [file for file in folder.rglob("*") if file.is_file() and text in file.read_bytes()]


async def test_a_card_number_in_a_note_is_refused_and_lies_nowhere_on_the_disk(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        many = len(person.records(account))
        await person.press("r", "n")
        await person.type("card 4111 1111 1111 1111")
        assert "payment card number (ending in 1111)" in person.sees
        await person.press("ctrl+s")
        assert len(person.records(account)) == many
        await person.press("escape")
        assert _holding(demo, b"4111 1111 1111 1111") == []
        await person.press("escape", "r", "n")
        await person.type("card ending in 1111")
        await person.press("ctrl+s")
        assert person.records(account)[-1].note == "card ending in 1111"


async def test_what_is_typed_into_a_note_keeps_no_hidden_characters(demo: Path) -> None:
    async with at_desk(demo) as person:
        account = person.on
        await person.press("r", "n")
        person.app.screen.query_one("#field-note").insert_text_at_cursor("he\x1b]52;c;eA==\x07 [red]x")  # type: ignore[attr-defined]  # a widget or screen that is known here
        await person.press("ctrl+s")
        note = person.records(account)[-1].note
        assert "\x1b" not in note
        assert note.endswith("[red]x")


async def test_leaving_asks_only_where_a_form_is_half_filled(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "p")
        await person.press("ctrl+q")
        assert not person.app.is_running
    async with at_desk(demo) as person:
        await person.press("r", "p", "f", "ctrl+q")
        assert "A form is not saved." in person.sees
        await person.press("enter")
        assert isinstance(person.app.screen, Record)
        await person.press("ctrl+q", "y")
        assert not person.app.is_running


@pytest.mark.parametrize("size", [(60, 16), (80, 16), (80, 24)])
async def test_every_code_can_be_seen_in_a_small_window(demo: Path, size: tuple[int, int]) -> None:
    async with at_desk(demo, size) as person:
        await person.press("r")
        seen = person.sees
        assert ("more below" in seen) == (size == (60, 16))
        assert "by word" in seen
        for _ in range(3):
            await person.press("pagedown")
            seen += person.sees
        await person.press("home", "down", "up", "end")
        labels = ["Message", *(o.label.split()[0] for o in person.desk.policies.outcomes if len(o.key) == 1)]
        assert [label for label in labels if label not in seen] == []
        await person.press("L")
        assert "L is no letter here. Caps lock?" in person.sees
        await person.press("C")
        assert "Complaint" in person.sees


async def test_the_letters_follow_the_size_of_the_window(demo: Path) -> None:
    async with at_desk(demo, (80, 24)) as person:
        await person.press("r")
        await person.resize(60, 16)
        assert "more below" in person.sees
        await person.resize(80, 24)
        assert "more below" not in person.sees
        assert "find by word" in person.sees


async def test_an_untouched_form_only_hints_at_what_it_needs(demo: Path) -> None:
    async with at_desk(demo, (60, 16)) as person:
        await person.press("r", "p")
        assert "To save: the date." in person.sees
        assert "needs a date" not in person.sees
        assert "TWD past due " in person.sees
        await person.press("f")
        assert "= Fri 2 Oct, in 2 days" in person.sees
        await person.press("backspace", "ctrl+s")
        assert "needs a date" in person.sees


async def test_a_promise_where_the_rules_want_none_is_warned_of_and_not_forbidden(demo: Path) -> None:
    async with at_desk(demo) as person:
        table = person.app.session.opened[1].table
        again = table.filter(table["treatment"].str.contains("promise-broken-again"))["account_id"].to_list()
        person.listing.table.move_to(next(key for key in person.keys if key in again))
        await person.press("r", "p")
        assert "no third one" in person.sees
        await person.press("f", "ctrl+s")
        assert "promise to pay" in person.message
        await person.press("g", "r", "p")
        assert "no third one" not in person.sees


# --- nothing was recorded ----------------------------------------------------------------------------------------------------


async def test_another_program_in_the_way_is_waited_for(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unrecorded, "SECONDS", 0.001)
    async with at_desk(demo) as person:
        account = person.on
        many = len(person.records(account))
        busy = Busy("The ledger is in use by process 4121 on front.", "Try again.")
        person.desk.record = Refusing(person.desk, busy, busy)  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "n", "ctrl+s")
        while isinstance(person.app.screen, Unrecorded | Record):
            await person.rest()
        assert "no answer" in person.message
        assert len(person.records(account)) == many + 1


async def test_it_waits_three_times_and_then_for_a_key(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unrecorded, "SECONDS", 0.001)
    async with at_desk(demo) as person:
        refusing = Refusing(person.desk, *[Busy("In use.", "Try again.")] * 9)
        person.desk.record = refusing  # type: ignore[method-assign]  # the step is made to fail
        await person.press("r", "n", "ctrl+s")
        while "tries by itself" in person.sees or "Trying again" in person.sees:
            await person.rest()
        assert len(refusing.asked) == 1 + unrecorded.TRIES
        assert "r  Try again\n" in "\n".join(line.strip(" │") for line in person.lines)


async def test_what_is_not_recorded_is_written_to_a_file_and_taken_in_later(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(demo) as person:
        account = person.on
        with monkeypatch.context() as patch:
            patch.setattr(person.desk.ledger.backend, "append", full)
            await person.press("r", "p", "f", "ctrl+s", "w")
            person.app.screen.query_one(Input).value = str(tmp_path / "kept.json")
            await person.press("enter")
            assert "1 entry written to" in person.sees
            await person.press("escape")
        assert f"deskcollect ledger take {tmp_path / 'kept.json'}" in person.message
        assert "= Fri 2 Oct" in person.sees, "the form is kept"
        many = len(person.records(account))
        assert spill.take(person.desk.ledger, tmp_path / "kept.json", now=person.desk.clock.now()) == (1, 0)
        assert spill.take(person.desk.ledger, tmp_path / "kept.json", now=person.desk.clock.now()) == (0, 1)
        assert len(person.records(account)) == many + 1
        await person.press("ctrl+s")
        assert len(person.records(account)) == many + 1, "the form says the same: it is not recorded twice"


def full(*_: object, **__: object) -> None:
    """Refuse as a full disk does."""
    raise NotRecorded("Nothing was recorded: no space left on device.", "Make room on the disk.")
