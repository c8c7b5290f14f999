"""Erasing a customer and keeping one on hold, as typed; what the desk shows of the account afterwards."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from deskcollect.errors import Busy
from deskcollect.ledger.files.state import State
from deskcollect.ledger.privacy import rewriting
from tests.cli.line import in_order

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.line import Run

WHO, ACCOUNT = "C-00183", "TW-000190"


@pytest.fixture
def at(line: Run, own_demo: Path) -> Run:
    """Run a verb of the ledger at a demo desk of one's own."""
    return lambda *words: line("ledger", *words, "--desk", own_demo)


def test_a_customer_is_erased_and_the_account_stays(at: Run, line: Run, own_demo: Path) -> None:
    before = line("show", ACCOUNT, "--desk", own_demo, "--json").json
    assert before["events"]
    head = at("head").out.strip()
    done = at("erase", WHO, "--reason", "asked for it", "--yes", "--by", "mei")
    assert done.code == 0
    assert f"7 records of {WHO} from 2026-08-18 to " in done.err
    assert f"on {ACCOUNT}." in done.err
    assert "With them go 2 promises" in done.err
    assert "Old backups, desks that were merged" in done.err
    in_order(done, "7 records erased. The ledger is whole, head ")
    after = line("show", ACCOUNT, "--desk", own_demo, "--json").json
    assert after["events"] == []
    assert after["promises"] == []
    assert after["recorded"]["before"] == after["recorded"]["after"]
    assert after["erased"]["by"] == "mei"
    assert "Records were erased on " in line("show", ACCOUNT, "--desk", own_demo).out
    told = at("verify", "--head", head, "--json").json
    assert (told["ok"], told["erased"], told["unfinished"], told["as_expected"]) == (True, 7, 0, True)
    in_order(
        at("verify"), "7 records have no content any more: erased, as the ledger says.", "Every record proves itself"
    )
    for path in sorted((own_demo / "ledger").iterdir()):
        assert WHO.encode() not in path.read_bytes()


def test_a_person_must_say_yes_and_why(at: Run) -> None:
    head = at("head").out
    assert "Say it with  --yes" in at("erase", WHO, "--reason", "asked").err
    assert "A reason is needed" in at("erase", WHO, "--yes").err
    assert "Nobody says whose records" in at("erase", "--yes").err
    assert "--finish takes no customer" in at("erase", WHO, "--finish").err
    assert "payment card number" in at("erase", WHO, "--yes", "--reason", "4111 1111 1111 1111").err
    assert at("head").out == head


def test_an_account_or_a_slip_is_not_taken_for_a_customer(at: Run) -> None:
    head = at("head").out
    for words in (("erase", ACCOUNT, "--reason", "asked", "--yes"), ("hold", f" {ACCOUNT}", "--reason", "court")):
        done = at(*words)
        assert (done.code, f"{ACCOUNT} is an account, of customer {WHO}." in done.err) == (2, True)
    assert at("hold", " ", "--reason", "court").code == 2
    assert at("hold", f" {WHO} ", "--reason", "court").out.startswith(f"{WHO} is on hold")
    assert at("release-hold", f"{WHO} ", "--reason", "over").code == 0
    head = at("head").out
    assert at("head").out == head
    done = at("erase", "nobody", "--reason", "asked", "--yes")
    assert (done.code, "Nothing is recorded of nobody: all of it was erased before" in done.err) == (1, True)
    assert "nothing is recorded of C-none so far" in at("hold", "C-none", "--reason", "court").err


def test_a_hold_forbids_it_until_it_is_released(at: Run) -> None:
    assert at("hold", WHO, "--reason", "lawsuit").code == 0
    assert "on hold already" in at("hold", WHO, "--reason", "again").err
    in_order(at("holds"), "Customer", WHO, "ana", "lawsuit")
    assert at("holds", "--json").json[0]["customer_id"] == WHO
    refused = at("erase", WHO, "--reason", "asked", "--yes")
    assert refused.code == 2
    assert f"The records of {WHO} are on hold since " in refused.err
    assert at("release-hold", WHO, "--reason", "over").code == 0
    assert "is on no hold" in at("release-hold", WHO, "--reason", "over").err
    assert at("holds").out == "Nobody is on hold.\n"
    assert at("erase", WHO, "--reason", "asked", "--yes").code == 0


def test_an_erasure_that_was_cut_short_is_said_and_finished(at: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(rewriting, "_rewrite", _cut_short)
        assert at("erase", WHO, "--reason", "asked", "--yes").code == 3
    in_order(
        at("verify"), "7 records are to be erased and still there: finish it with  deskcollect ledger erase --finish"
    )
    shown = at("erase", "--finish")
    assert (shown.code, "nobody is here to ask. Nothing was changed." in shown.err) == (2, True)
    assert f"7 records of {WHO} from 2026-08-18 to " in shown.err
    assert ", 7 records: asked\n" in shown.err
    assert at("verify", "--json").json["unfinished"] == 7
    in_order(at("erase", "--finish", "--yes"), "7 records erased.")
    assert at("verify", "--json").json["unfinished"] == 0
    in_order(at("erase", "--finish"), "0 records erased.")


AGAIN = ("erase", WHO, "--reason", "asked", "--yes"), ("erase", "--finish", "--yes")


@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize("stopped_at", ["drop_draft", "keep_erased"])
def test_an_erasure_that_was_stopped_at_the_forms_takes_them_when_it_comes_again(
    at: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch, again: tuple[str, ...], stopped_at: str
) -> None:
    state = State(own_demo / "state.json")
    state.keep_draft(ACCOUNT, {"note": "secret"})
    with monkeypatch.context() as patch:
        patch.setattr(State, stopped_at, _stopped)
        at("erase", WHO, "--reason", "asked", "--yes")
    assert at("verify", "--json").json["unfinished"] == 7
    in_order(at(*again), "7 records erased.")
    assert (state.draft(ACCOUNT), at("verify", "--json").json["unfinished"]) == (None, 0)
    assert state.erased(ACCOUNT) is not None
    assert not (own_demo / "cache").exists()


def test_forms_are_thrown_away_before_the_first_record_is(
    at: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(own_demo / "state.json")
    state.keep_draft(ACCOUNT, {"note": "secret"})
    (own_demo / "cache").mkdir(exist_ok=True)
    monkeypatch.setattr(rewriting, "_rewrite", _cut_short)
    at("erase", WHO, "--reason", "asked", "--yes")
    assert (state.draft(ACCOUNT), (own_demo / "cache").exists()) == (None, False)


def test_a_form_that_cannot_be_thrown_away_is_said_and_the_records_wait(
    at: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    State(own_demo / "state.json").keep_draft(ACCOUNT, {"note": "secret"})
    with monkeypatch.context() as patch:
        patch.setattr(State, "drop_draft", _busy)
        done = at("erase", WHO, "--reason", "asked", "--yes")
    assert done.code == 3
    assert "a form that is not saved could not be thrown away. Another program" in done.err
    assert at("verify", "--json").json["unfinished"] == 7
    assert at("erase", WHO, "--reason", "asked", "--yes").code == 0
    assert "secret" not in (own_demo / "state.json").read_text("utf-8")


def test_what_another_desk_erased_is_shown_with_who_asked_and_what_a_hold_keeps(
    at: Run, line: Run, own_demo: Path
) -> None:
    other = own_demo.parent / "other"
    shutil.copytree(own_demo, other)
    assert line("ledger", "adopt", "--by", "mei", "--desk", other).code == 0
    assert at("hold", "C-00172", "--reason", "lawsuit").code == 0
    for customer in (WHO, "C-00172"):
        done = line("ledger", "erase", customer, "--reason", "asked there", "--yes", "--by", "jo", "--desk", other)
        assert done.code == 0
    line("ledger", "export", own_demo.parent / "o.ledger", "--desk", other)
    assert "7 records that are here were erased at another desk" in at("merge", own_demo.parent / "o.ledger").err
    shown = at("erase", "--finish").err
    assert "15 records stay: C-00172 is on hold since " in shown
    assert f"7 records of {WHO} from" in shown
    assert "by jo on " in shown
    assert ", 7 records: asked there" in shown
    in_order(at("erase", "--finish", "--yes"), "7 records erased.")
    assert "Nothing waits to be erased." in at("erase", "--finish").err


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt


def _busy(*_: object) -> None:
    raise Busy("Another program is writing the desk's state.", "Try again.")


def _cut_short(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_reason_that_names_the_customer_or_an_account_is_refused(at: Run) -> None:
    before = at("head").out
    for told in (f"{WHO} asked for it", f"of {ACCOUNT}"):
        refused = at("erase", WHO, "--reason", told, "--yes")
        assert (refused.code, "The reason names the customer or an account" in refused.err) == (2, True)
    broken = at("erase", WHO, "--reason", "asked\nby letter", "--yes")
    assert "The reason holds characters that cannot be shown, such as a line break." in broken.err
    assert at("head").out == before
