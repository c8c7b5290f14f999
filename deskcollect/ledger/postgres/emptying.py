"""Lines of a team's ledger whose content is taken out, each in its place: the chain and every other line stay.

Only who owns the ledger may. The guard that lets nobody change a line stands aside for one transaction, which changes nothing
but the lines that are named and gives it back; where anything fails, all of it is as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

from deskcollect.errors import BadUse, Damaged, LedgerError, NotRecorded, inside
from deskcollect.ledger import line
from deskcollect.ledger.postgres import setting_up
from deskcollect.ledger.postgres.prove import COLUMNS, columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.ledger.line import Record
    from deskcollect.ledger.postgres.server import Server

_GUARD: LiteralString = "ALTER TABLE deskcollect.line {how} TRIGGER line_stays"
_READ = "SELECT line FROM deskcollect.line WHERE seq = %s"
_WRITE = f"UPDATE deskcollect.line SET {', '.join(f'{name} = %s' for name in COLUMNS)}, line = %s WHERE seq = %s"  # noqa: S608  # names of our own columns
# Without it the old rows lie in the table until others need their room. A large table takes longer than a statement may.
_REWRITE: LiteralString = "VACUUM (FULL) deskcollect.line"


def check_owner(server: Server) -> str:
    """Return the name of the account, which owns the ledger. Errors: BadUse where it does not; LedgerError."""
    account = setting_up.account(server.connection)
    if not account.owns:
        raise BadUse(
            f"{account.name} may not take anything out of the ledger on the {server.connection.place}: only its owner may.",
            "Go there as the login that made it, with  --address postgresql://OWNER@…",
        )
    return account.name


def empty(server: Server, records: Iterable[Record]) -> None:
    """Take the content out of records; durable on return. Errors: NotRecorded, Busy, Uncertain, Damaged."""
    try:
        with server.connection.writing() as (connection, _):
            connection.execute(_GUARD.format(how="DISABLE"))
            for record in records:
                found = connection.execute(_READ, [record.seq]).fetchone()
                text = _emptied(found[0] if found else "", record)
                told = line.read(text)
                assert told is not None
                connection.execute(_WRITE, [*columns(told, server.desk_id), text.decode(), record.seq])
            connection.execute(_GUARD.format(how="ENABLE"))
    except NotRecorded as error:
        why = inside(error.message.removeprefix("Nothing was recorded: "))
        raise NotRecorded(f"The erasure is not finished: {why} The ledger is whole.", error.remedy) from None


def _emptied(text: str, record: Record) -> bytes:
    """Return a line without its content. Errors: Damaged where it is no longer the one that was looked at."""
    raw = text.encode()
    now = line.read(raw)
    if now is None or now.hash != record.hash:
        raise Damaged(
            f"Record {record.seq} on the server does not prove itself, so nothing was erased there.",
            "See  deskcollect ledger server --check",
        )
    return line.erase(raw)


def drop_old_rows(server: Server) -> bool:
    """Write the table anew without the rows as they were; say whether that could be done. Desks wait meanwhile."""
    try:
        server.connection.alone(_REWRITE)
    except LedgerError:
        return False
    return True
