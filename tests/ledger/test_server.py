"""The server of a team away, full, in doubt or damaged: what is said, and that nothing is lost or told twice."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deskcollect.errors import (
    BadSettings,
    BadUse,
    Busy,
    Damaged,
    DeskError,
    Fork,
    LedgerError,
    NewerSchema,
    NotRecorded,
    Uncertain,
)
from deskcollect.ledger.postgres import opening, words
from deskcollect.ledger.postgres.server import Server
from deskcollect.ledger.store import Ledger
from deskcollect.records import Head, Origin
from tests.ledger.builders import NOW, all_ids, event, event_id, ids, record
from tests.ledger.servers import Database, PostgreSQL
from tests.ledger.wire import wired

SECRET = "hush-hush"


# --- not there ---------------------------------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be reached") as error:
        opening.open_server(f"postgresql://ana:{SECRET}@/collections?host={tmp_path}")
    assert_hushed(error.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("failed to resolve host 'db': [Errno -2] Name or service not known", "is not known on this network"),
        ('connection to server at "db" failed: FATAL:  password authentication failed for user "ana"', "does not let"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "ana", database "x"', "does not let this account in"),
        ("fe_sendauth: no password supplied", "does not let this account in"),
        ("FATAL:  sorry, too many clients already", "has no room for one more connection"),
        ("SSL error: certificate verify failed", "has no connection that can be trusted"),
        ("connection timeout expired", "does not answer"),
        ("connection refused", "cannot be reached"),
        ("这台服务器没有应答", "cannot be reached"),
    ],
)
def test_why_there_is_no_connection_is_told_in_words(said: str, told: str) -> None:
    why, remedy = words.why_no_connection(psycopg.OperationalError(said))
    assert why.startswith(told)
    assert remedy


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(LedgerError, match="does not answer"):
            opening.open_server(f"postgresql://ana@127.0.0.1:{port}/x", connect_timeout=0)


@pytest.mark.parametrize(
    "address", [f"postgresql://ana:{SECRET}%zz@server/x", f"postgresql://ana:{SECRET}@h/x?nonsense=1"]
)
def test_an_address_that_cannot_be_read_is_not_repeated(address: str) -> None:
    with pytest.raises(BadSettings, match="address of the server cannot be read") as error:
        opening.open_server(address)
    assert_hushed(error.value)


def assert_hushed(error: DeskError) -> None:
    """See that an error tells no password, nor anything it came of."""
    assert SECRET not in error.message + error.remedy
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_a_person_without_login_or_database_is_told_so(postgresql: PostgreSQL) -> None:
    with pytest.raises(LedgerError, match="does not know this account"):
        opening.open_server(postgresql.address("nobody", "postgres"))
    with pytest.raises(LedgerError, match="has no such database"):
        opening.open_server(postgresql.address("desk", "nothing"))


def test_a_database_without_a_ledger_says_how_to_make_one(postgresql: PostgreSQL) -> None:
    with postgresql.database("template0") as empty, pytest.raises(BadSettings, match="no ledger of a team") as error:
        empty.opened()
    assert "deskcollect ledger server --create" in error.value.remedy


def test_a_ledger_of_a_newer_version_is_left_alone(database: Database) -> None:
    database.run("UPDATE deskcollect.desk SET version = 2")
    with pytest.raises(NewerSchema, match="newer version"):
        database.opened()


def test_a_ledger_that_was_not_made_to_its_end_is_said(database: Database) -> None:
    database.run("DELETE FROM deskcollect.desk")
    with pytest.raises(BadSettings, match="not made to its end"):
        database.opened()


def test_without_its_package_the_way_to_get_it_is_said() -> None:
    program = """
import sys
sys.modules["psycopg"] = None
from deskcollect.errors import BadUse
from deskcollect.ledger.postgres import opening
try:
    opening.open_server("postgresql://desk@server/x")
except BadUse as error:
    print(error.message, error.remedy)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert "psycopg, which is not installed" in done.stdout
    assert 'pip install "psycopg[binary]>=3.2"' in done.stdout


def test_a_database_of_a_team_has_no_tinydb(database: Database) -> None:
    with database.opened() as ledger, pytest.raises(BadUse, match="on a server"):
        ledger.table.all()


# --- lost on the way ---------------------------------------------------------------------------------------------------------


def hang_up(database: Database) -> None:
    """Break all connections of desks, as a restart of the server does."""
    database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk'")


def test_a_connection_lost_between_two_words_is_made_anew(database: Database) -> None:
    with database.opened() as ledger:
        record(ledger, event(1))
        hang_up(database)
        assert all_ids(ledger) == ids([event(1)])
        hang_up(database)
        record(ledger, event(2))
        assert all_ids(ledger) == ids([event(1), event(2)])


@pytest.mark.parametrize("deliver", [False, True])
def test_a_wire_cut_while_it_is_recorded_leaves_nothing(database: Database, deliver: bool) -> None:
    with wired(database) as wire, opening.open_server(wire.address) as ledger:
        record(ledger, event(1))
        wire.cut("COPY deskcollect.line", deliver=deliver)
        with pytest.raises(NotRecorded, match=r"Nothing was recorded: the connection to the server .* was lost"):
            record(ledger, event(2))
        assert all_ids(ledger) == ids([event(1)])
        record(ledger, event(2))
        assert all_ids(ledger) == ids([event(1), event(2)])


@pytest.mark.parametrize("deliver", [False, True])
def test_a_wire_cut_at_the_commit_leaves_doubt_and_a_retry_gives_one_copy(database: Database, deliver: bool) -> None:
    with wired(database) as wire, opening.open_server(wire.address) as ledger:
        record(ledger, event(1))
        wire.cut("COMMIT\0", deliver=deliver)  # not the word in READ COMMITTED
        with pytest.raises(Uncertain, match="it may have it or not"):
            record(ledger, event(2))
        receipt = ledger.record(event(2), recorded_at=NOW)
        assert receipt.replayed is deliver
        assert all_ids(ledger) == ids([event(1), event(2)])
        assert ledger.verify().ok


def test_a_wire_cut_again_and_again_is_said(database: Database) -> None:
    with wired(database) as wire, opening.open_server(wire.address) as ledger:
        record(ledger, event(1))
        wire.close()
        hang_up(database)
        with pytest.raises(LedgerError, match="cannot be reached"):
            ledger.head()
        with pytest.raises(NotRecorded, match="Nothing was recorded: the server of this machine"):
            record(ledger, event(2))


def test_a_database_that_can_only_be_read_records_nothing(database: Database) -> None:
    with database.opened() as ledger:
        record(ledger, event(1))
        database.run(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
        hang_up(database)
        record(ledger, event(2))
        assert len(all_ids(ledger)) == 2, "a default is no refusal: the desk asks for a transaction that writes"


def test_another_who_holds_the_lock_for_too_long_keeps_us_waiting_only_so_long(database: Database) -> None:
    holder = database.connection()
    with database.opened(lock_timeout=0.05) as ledger:
        with holder.writing(), pytest.raises(Busy, match="Another desk is writing to the server"):
            record(ledger, event(1))
        record(ledger, event(1))
    holder.close()


# --- two desks with one id ---------------------------------------------------------------------------------------------------


def test_another_entry_with_the_same_number_of_the_same_desk_is_a_fork(database: Database) -> None:
    there = Origin("desk-b", 5, "b" * 64, "a" * 64)
    with database.opened() as ledger:
        record(ledger, event(1, origin=there))
        with pytest.raises(Fork, match="a desk was copied"):
            record(ledger, event(2, origin=there))
        record(ledger, event(1, origin=there), event(3))
        assert all_ids(ledger) == ids([event(1), event(3)])


# --- damage ------------------------------------------------------------------------------------------------------------------

DAMAGE = {
    "UPDATE deskcollect.line SET line = replace(line, 'ana', 'ben') WHERE seq = 2": "Record 2 on the server",
    "UPDATE deskcollect.line SET line = '' WHERE seq = 3": "its hash does not match",
    "DELETE FROM deskcollect.line WHERE seq = 2": "Record 3 on the server",
    "UPDATE deskcollect.line SET seq = 9 WHERE seq = 2": "what stood before it is missing",
    "UPDATE deskcollect.line SET account_id = 'A9' WHERE seq = 2": "the index beside it tells something else",
    "UPDATE deskcollect.line SET event_id = NULL WHERE seq = 2": "the index beside it",
    "UPDATE deskcollect.line SET desk_seq = 77 WHERE seq = 2": "the index beside it",
    "DELETE FROM deskcollect.line WHERE seq = 6": "its batch is not whole",
    "DELETE FROM deskcollect.line WHERE seq = 4": "what stood before it is missing",
}


@pytest.fixture
def six(database: Database) -> Database:
    """Return a team's ledger of three single records and a batch of three."""
    with database.opened() as ledger:
        record(ledger, event(1), event(2), event(3))
        ledger.record_many([event(4), event(5), event(6)], recorded_at=NOW)
    return database


@pytest.mark.parametrize(("harm", "told"), DAMAGE.items())
def test_what_somebody_altered_behind_the_guards_shows(six: Database, harm: str, told: str) -> None:
    six.run_unguarded(harm)
    with six.opened() as ledger:
        report = ledger.verify()
        assert not report.ok
        assert any(told in damage.sentence() for damage in report.damage)
        assert not ledger.health().writable
        with pytest.raises(Damaged, match="team's ledger is damaged"):
            record(ledger, event(7))


def test_records_cut_off_show_against_an_earlier_head(six: Database) -> None:
    with six.opened() as ledger:
        early, late = Head("", 3, record_hash(ledger, 3)), ledger.head()
    six.run_unguarded("DELETE FROM deskcollect.line WHERE seq > 3")
    with six.opened() as ledger:
        assert ledger.verify().ok
        assert ledger.verify(expected=early).ok
        assert ledger.verify(expected=late).as_expected is False


def record_hash(ledger: Ledger, seq: int) -> str:
    """Return the hash of a record."""
    ledger.head()
    found = ledger.backend.lines.at(seq)
    assert found is not None
    return found.hash


def test_a_record_that_does_not_prove_itself_is_not_read(six: Database) -> None:
    six.run_unguarded("UPDATE deskcollect.line SET line = replace(line, 'ana', 'ben') WHERE seq = 2")
    with six.opened() as ledger:
        assert all_ids(ledger) == [event_id(n) for n in (1, 3, 4, 5, 6)]
        assert ledger.get(event_id(2)) is None
        with pytest.raises(NotRecorded):
            record(ledger, event(2))


def test_many_lines_come_in_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskcollect.ledger.postgres.lines._FIRST_PAGE", 3)
    monkeypatch.setattr("deskcollect.ledger.postgres.lines.PAGE_BYTES", 2000)
    with database.opened() as ledger:
        ledger.record_many([event(n) for n in range(1, 51)], recorded_at=NOW)
        stretches = list(ledger.backend.lines.stretches(4))
        assert [each.last for each in stretches][-1] == 50
        assert len(stretches) > 10
        assert b"".join(each.data for each in stretches).count(b"\n") == 46
        assert all_ids(ledger) == [event_id(n) for n in range(1, 51)]
        assert ledger.verify().ok


def test_the_place_of_a_ledger_is_its_server(database: Database) -> None:
    with database.opened() as ledger:
        assert isinstance(ledger.backend, Server)
        assert ledger.health().place == f"server of this machine, database {database.name}"
