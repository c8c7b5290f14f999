"""What PostgreSQL says is told in the words of the ledger, whichever of its errors it is."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from deskcollect.errors import BadSettings, BadUse, Busy, DeskError, LedgerError, NotRecorded
from deskcollect.ledger.postgres import opening, words

PLACE = "server db, database team"
ROW = "DETAIL:  Failing row contains (7, Ines Prado)"


@pytest.mark.parametrize("password", ["hush/Pw", "hush@Pw", "hush/Pw@x", "hu:sh/Pw", "%zzPw"])
def test_no_part_of_a_password_is_taken_for_a_place(password: str) -> None:
    with pytest.raises(BadSettings, match="cannot be read") as error:
        opening.connection(f"postgresql://ana:{password}@server/team")
    assert "Pw" not in f"{error.value.message} {error.value.remedy}"
    assert opening.connection("postgresql://ana:hush%2FPw%40@server/team").place == "server server, database team"


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        (
            errors.LockNotAvailable,
            Busy,
            "Another desk is writing to the server db, database team. Nothing was recorded.",
        ),
        (errors.QueryCanceled, Busy, "The server db, database team took too long. Nothing was recorded."),
        (errors.InsufficientPrivilege, NotRecorded, "this account may not record on the server db"),
        (errors.ReadOnlySqlTransaction, NotRecorded, "the server db, database team can only be read."),
        (errors.DiskFull, NotRecorded, "the server db, database team is full."),
        (errors.AdminShutdown, NotRecorded, "the connection to the server db, database team was lost."),
        (psycopg.OperationalError, NotRecorded, "the connection to the server db, database team was lost."),
        (errors.CheckViolation, NotRecorded, "the server db, database team refused it."),
        (errors.UniqueViolation, NotRecorded, "the server db, database team refused it."),
        (errors.UndefinedTable, BadSettings, "There is no ledger of a team on the server db"),
    ],
)
def test_why_nothing_was_recorded(said: type[psycopg.Error], kind: type[DeskError], told: str) -> None:
    assert_told(words.unwritten(said(ROW), PLACE), kind, told)


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        (errors.InvalidSchemaName, BadSettings, "There is no ledger of a team on the server db"),
        (errors.InsufficientPrivilege, LedgerError, "This account may not read the ledger on the server db"),
        (errors.QueryCanceled, Busy, "took too long to answer"),
        (errors.LockNotAvailable, Busy, "took too long to answer"),
        (psycopg.OperationalError, LedgerError, "cannot be read: the connection was lost"),
    ],
)
def test_why_nothing_was_read(said: type[psycopg.Error], kind: type[DeskError], told: str) -> None:
    assert_told(words.unread(said(ROW), PLACE), kind, told)


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        (errors.InsufficientPrivilege, BadUse, "This account may not make the ledger"),
        (errors.SyntaxError, LedgerError, "The ledger could not be made"),
    ],
)
def test_why_it_was_not_made(said: type[psycopg.Error], kind: type[DeskError], told: str) -> None:
    assert_told(words.not_made(said(ROW), PLACE), kind, told)


def assert_told(error: DeskError, kind: type[DeskError], told: str) -> None:
    """See that an error is of its kind, says so with a remedy, and repeats nothing of a row."""
    assert type(error) is kind
    assert told in error.message
    assert error.remedy
    assert "Ines" not in error.message + error.remedy
