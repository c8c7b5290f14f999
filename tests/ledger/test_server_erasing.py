"""What desks erased is taken out of the server of their team: all of it or nothing, and again after any stop."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from deskcollect.errors import BadUse, Damaged, NotRecorded
from deskcollect.ledger.line import Record
from deskcollect.ledger.postgres import emptying, opening
from deskcollect.ledger.privacy import erasing, on_server, rewriting
from deskcollect.ledger.store import Ledger
from deskcollect.ledger.tables import ERASURES
from deskcollect.vocabulary import EventKind
from tests.ledger.builders import record
from tests.ledger.erasures import author, erased_elsewhere, hold, of
from tests.ledger.servers import Database

GONE = (1, 3)


@pytest.fixture
def owned(database: Database) -> Iterator[Ledger]:
    """Return a team's ledger as its owner sees it: of four records a desk erased two."""
    with opening.open_server(database.admin) as ledger:
        record(ledger, *(of(number, number % 2) for number in range(1, 5)))
        lines = ledger.backend.lines
        told = {str(line.document()["event_id"]): line.hash for seq in GONE if (line := lines.at(seq))}
        record(ledger, erased_elsewhere(told))
        yield ledger


def finish(ledger: Ledger) -> int:
    """Take out what desks erased."""
    return on_server.carry_out(ledger, erasing.unfinished(ledger), author())


def lines(database: Database) -> dict[int, str]:
    """Return what stands on the server, by number."""
    return dict(database.run("SELECT seq, t::text FROM deskcollect.line t"))


def assert_guarded(database: Database) -> None:
    """See that nobody may change a line, not even the owner."""
    with pytest.raises(psycopg.Error, match="never changed"):
        database.run("UPDATE deskcollect.line SET line = ''")


def test_only_what_was_erased_goes_and_every_other_byte_stays(owned: Ledger, database: Database) -> None:
    before = lines(database)
    assert owned.verify().unfinished == len(GONE)
    assert finish(owned) == len(GONE)
    after = lines(database)
    assert {seq: text for seq, text in before.items() if seq not in GONE}.items() <= after.items()
    assert all("secret" not in after[seq] and "A1" not in after[seq] for seq in GONE)
    report = owned.verify()
    assert (report.damage, report.erased, report.unfinished) == ((), len(GONE), 0)
    assert finish(owned) == 0
    assert len(lines(database)) == len(after), "nothing more is said"
    assert_guarded(database)


def test_a_stop_between_any_two_steps_is_finished_by_the_next_try(
    owned: Ledger, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NotRecorded("The server is full.", "Make room.")

    for module, name, left in ((emptying, "empty", len(GONE)), (rewriting, "mark", 0)):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, refuse)
            with pytest.raises(NotRecorded):
                finish(owned)
        report = owned.verify()
        assert (report.damage, report.unfinished) == ((), left)
    assert not owned.backend.lines.newest(ERASURES, 1)
    assert finish(owned) == 0
    assert owned.backend.lines.newest(ERASURES, 1)
    said = [each for each in owned.of_kinds(EventKind.SYSTEM.value) if each.code == erasing.CODE and not each.elsewhere]
    assert len(said) == 1
    assert_guarded(database)


def test_a_line_that_does_not_prove_itself_keeps_all_as_they_are(
    owned: Ledger, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lines(database)
    plan = erasing.unfinished(owned)
    emptied = emptying._emptied

    def altered(text: str, told: Record) -> bytes:
        return emptied(text if told.seq == GONE[0] else text.replace("secret", "public"), told)

    monkeypatch.setattr(emptying, "_emptied", altered)
    with pytest.raises(Damaged, match="Record 3 on the server does not prove itself"):
        on_server.carry_out(owned, plan, author())
    assert before.items() <= lines(database).items(), "the first of them stays, too"
    assert_guarded(database)


def test_what_is_on_hold_by_now_stays(owned: Ledger, database: Database) -> None:
    plan = erasing.unfinished(owned)
    record(owned, hold(20, "C1", "HOLD"))
    assert on_server.carry_out(owned, plan, author()) == 0
    assert "secret of C1" in lines(database)[GONE[0]]


def test_a_desk_may_not(owned: Ledger, database: Database) -> None:
    before = lines(database)
    with database.opened() as ledger, pytest.raises(BadUse, match="desk may not take anything out of the ledger"):
        finish(ledger)
    assert lines(database) == before
    assert owned.verify().unfinished == len(GONE)
