"""The ledger on the server of a team, as a backend like that in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from deskcollect.errors import BadUse, Damaged
from deskcollect.ledger import appending, line
from deskcollect.ledger.postgres.lines import ServerLines
from deskcollect.ledger.postgres.prove import COLUMNS, columns
from deskcollect.ledger.report import Health

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import psycopg

    from deskcollect.ledger.appending import Written
    from deskcollect.ledger.files.table import LedgerTable
    from deskcollect.ledger.line import Link, Record
    from deskcollect.ledger.postgres.connection import Connection

_COPY = f"COPY deskcollect.line ({', '.join(COLUMNS)}, line) FROM STDIN"
_THERE = "SELECT line FROM deskcollect.line WHERE event_id = ANY(%s) AND tbl IN ('events', 'erased') ORDER BY seq"
_LAST_OWN = "SELECT line FROM deskcollect.line WHERE desk = %s ORDER BY desk_seq DESC LIMIT 1"
_MAY_WRITE = "SELECT has_table_privilege('deskcollect.line', 'INSERT') AND NOT pg_is_in_recovery()"


class Server:
    """The backend of a team's ledger. `desk_id` is that of the server's own chain."""

    def __init__(self, connection: Connection, desk_id: str) -> None:
        self.connection = connection
        self.desk_id = desk_id
        self._lines = ServerLines(connection)

    @property
    def lines(self) -> ServerLines:
        """Return the lines, for reading."""
        return self._lines

    @property
    def table(self) -> LedgerTable:
        """Refuse: there is no TinyDB behind. Errors: BadUse."""
        _no_tinydb()

    def append(self, table: str, documents: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Append documents as one batch, all or nothing; the server has them on its disk on return.

        One whose event_id is already there with the same content is not written again.

        Errors: BadUse when the same event_id is there with other content; NotRecorded, Uncertain, Busy, Damaged, Fork.
        """
        damage = self._lines.damage()
        if damage:
            raise Damaged(
                f"The team's ledger is damaged, so nothing new is recorded. {damage[0].sentence()}",
                "Go on at your own desk, and tell whoever looks after the server.",
            )
        with self.connection.writing() as (connection, last):
            writer = _Appending(connection, last, self.desk_id, documents)
            written = appending.append(writer, table, documents)
        self._lines.reaches(writer.last)
        return written

    def find(self, table: str, field: str, value: str) -> list[Record]:
        """Return the records of a table whose document has a value in an indexed field."""
        return [record for record in self._lines.find(field, value) if record.table == table]

    def health(self) -> Health:
        """Say whether something can be recorded now. The server's disk is not ours to see, so no free bytes are told."""
        ((may_write,),) = self.connection.rows(_MAY_WRITE)
        damage = self._lines.damage()
        return Health(
            writable=bool(may_write) and not damage,
            free_bytes=0,
            records=self._lines.record_count,
            damage=damage,
            place=self.connection.place,
        )

    @property
    def put_aside(self) -> None:
        """Return nothing: on a server nothing is ever cut off."""

    def close(self) -> None:
        """Let go of the connection."""
        self.connection.close()


class _Appending:
    """The chain within a transaction that holds its lock."""

    def __init__(
        self, connection: psycopg.Connection[Any], last: Link, own: str, documents: Sequence[Mapping[str, Any]]
    ) -> None:
        self.last = last
        self._connection = connection
        self._own = own
        self._there: dict[object, list[Record]] = {}
        wanted = [each for document in documents if isinstance(each := document.get("event_id"), str)]
        if wanted:
            for (text,) in connection.execute(_THERE, [wanted]):
                self._remember(text)

    def _remember(self, text: str) -> None:
        """Keep a record that was found by its event_id."""
        record = line.read(text.encode())
        if record is not None:
            self._there.setdefault(record.document().get("event_id"), []).append(record)

    def find(self, field: str, value: str) -> list[Record]:
        """Return the records of an event_id, which were all asked for at once."""
        assert field == "event_id"
        return self._there.get(value, [])

    def last_recorded_at(self) -> datetime | None:
        """Return when the last event was written that was first written here."""
        found = self._connection.execute(_LAST_OWN, [self._own]).fetchone()
        record = line.read(found[0].encode()) if found else None
        return appending.recorded_at(record.document()) if record else None

    def pin(self, seqs: list[int]) -> None:
        """Do nothing: what another transaction shows is on the disk."""

    def write(self, table: str, documents: list[str]) -> list[Link]:
        """Append one batch of canonical documents by one statement."""
        data, links = line.encode(self.last, table, documents)
        with self._connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for text in data.decode().split("\n")[:-1]:  # splitlines knows more ends of lines
                record = line.read(text.encode())
                assert record is not None
                copy.write_row((*columns(record, self._own), text))
        self.last = links[-1]
        return links


def _no_tinydb() -> NoReturn:
    """Say that only a ledger in files is a TinyDB."""
    raise BadUse(
        "The team's ledger is on a server, where TinyDB's queries do not reach.",
        "Ask through history, since or select.",
    )
