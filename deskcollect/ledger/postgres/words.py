"""What PostgreSQL says, in the words of the ledger. An address may hold a password and an error a row: neither is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import errors

from deskcollect.errors import AppendOnly, BadSettings, BadUse, Busy, Fork, LedgerError, NotRecorded, Uncertain
from deskcollect.ledger.postgres.schema import APPEND_ONLY, NOT_NEXT, ONE_ORIGIN

if TYPE_CHECKING:
    import psycopg

    from deskcollect.errors import DeskError

_WAIT = "Go on at your own desk; try again once the server is back."
_UNREACHABLE = ["cannot be reached", f"Check the network and whether the server runs. {_WAIT}"]
_NO_CONNECTION = (
    (
        ("password", "authentication", "pg_hba"),
        "does not let this account in",
        "Check the name in the address and the password in ~/.pgpass.",
    ),
    (("database",), "has no such database", "Correct the address, or have the database made."),
    (("role",), "does not know this account", "Ask whoever looks after the server for a login."),
    (
        ("resolve", "translate host name", "name or service"),
        "is not known on this network",
        f"Check the name of the server in the address. {_WAIT}",
    ),
    (("timeout", "timed out"), "does not answer", f"Check the network. {_WAIT}"),
    (("too many", "connection slots"), "has no room for one more connection", _WAIT),
    (("certificate", "ssl"), "has no connection that can be trusted", "Ask whoever looks after the server."),
)
_NO_LEDGER = (errors.InvalidSchemaName, errors.UndefinedTable, errors.UndefinedColumn)


def bad_address() -> BadSettings:
    """Return what to say of an address that cannot be taken apart."""
    return BadSettings(
        "The address of the server cannot be read.",
        "Write one like  postgresql://ana@server/collections  and each sign such as % / or @ in a password as %25, %2F or %40.",
    )


def why_no_connection(error: psycopg.Error) -> tuple[str, str]:
    """Return why a server could not be reached or did not let us in, and what to do.

    The words are looked for in the message, since a connection that was never made has no error code.
    """
    told = str(error).lower()
    found = next((words for marks, *words in _NO_CONNECTION if any(mark in told for mark in marks)), _UNREACHABLE)
    return found[0], found[1]


def unread(error: psycopg.Error, place: str) -> DeskError:
    """Return what to say when something could not be read."""
    if isinstance(error, _NO_LEDGER):
        return BadSettings(
            f"There is no ledger of a team on the {place}.",
            "Make it with  deskcollect ledger server --create  or correct the address.",
        )
    if isinstance(error, errors.InsufficientPrivilege):
        return LedgerError(
            f"This account may not read the ledger on the {place}.",
            "Ask for a login that belongs to the role for desks.",
        )
    if isinstance(error, errors.QueryCanceled | errors.LockNotAvailable):
        return Busy(f"The {place} took too long to answer.", "Try again; if it stays so, ask whoever looks after it.")
    return LedgerError(f"The ledger on the {place} cannot be read: the connection was lost.", _WAIT)


def unwritten(error: psycopg.Error, place: str) -> DeskError:
    """Return what to say when the server refused or was lost before it was told to keep anything."""
    if isinstance(error, _NO_LEDGER):
        return unread(error, place)
    if isinstance(error, errors.LockNotAvailable):
        return Busy(f"Another desk is writing to the {place}. Nothing was recorded.", "Try again.")
    if isinstance(error, errors.QueryCanceled):
        return Busy(f"The {place} took too long. Nothing was recorded.", "Try again.")
    if isinstance(error, errors.UniqueViolation) and error.diag.constraint_name == ONE_ORIGIN:
        return Fork(
            f"The {place} already holds another entry with the same number of the same desk: a desk was copied, and both "
            "copies were worked on. Nothing was recorded.",
            "Give one of the two copies a desk id of its own.",
        )
    if error.sqlstate == APPEND_ONLY:
        return AppendOnly("What was recorded is never changed or removed.", "Record a correction.")
    why = _why_refused(error)
    return NotRecorded(f"Nothing was recorded: {why.format(place=f'the {place}')}.", _remedy(error))


def _why_refused(error: psycopg.Error) -> str:
    """Return why a server refused to record."""
    if isinstance(error, errors.InsufficientPrivilege):
        return "this account may not record on {place}"
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return "{place} can only be read"
    if isinstance(error, errors.DiskFull | errors.OutOfMemory):
        return "{place} is full"
    if error.sqlstate == NOT_NEXT:
        return "{place} refused a line that does not continue its chain"
    if error.sqlstate is None or isinstance(error, errors.OperationalError):
        return "the connection to {place} was lost"
    return "{place} refused it"


def _remedy(error: psycopg.Error) -> str:
    """Return what to do about a refusal."""
    if isinstance(error, errors.InsufficientPrivilege):
        return "Ask for a login that belongs to the role for desks."
    if error.sqlstate == NOT_NEXT:
        return "Try again; if it stays so, check it with  deskcollect ledger server --check"
    if isinstance(error, errors.OperationalError):
        return _WAIT
    return "Tell whoever looks after the server."


def in_doubt(place: str) -> Uncertain:
    """Return what to say when the connection broke while the server was told to keep it."""
    return Uncertain(
        f"The connection to the {place} was lost while it was recording; it may have it or not.",
        "Record it again under the same id: it is then there once.",
    )


def not_made(error: psycopg.Error, place: str) -> DeskError:
    """Return what to say when a database does not let the ledger of a team be made."""
    if isinstance(error, errors.InsufficientPrivilege):
        return BadUse(
            f"This account may not make the ledger on the {place}.",
            "Give the address of one that may with --address, or let whoever looks after the server run what  "
            "deskcollect ledger server  prints.",
        )
    return LedgerError(
        f"The ledger could not be made on the {place}.", "Let whoever looks after it run the SQL by hand."
    )
