"""One connection to the server of a team: made when it is needed, made anew when it was lost, closed at the end."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deskcollect.errors import LedgerError, NotRecorded, inside
from deskcollect.ledger import line
from deskcollect.ledger.line import Link
from deskcollect.ledger.postgres import words
from deskcollect.ledger.postgres.schema import LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = tuple[Any, ...]
    Parameters = Sequence[Any] | Mapping[str, Any]

_SECONDS_PER_STATEMENT = 60
_SECONDS_BETWEEN = 30  # a program that hangs within a transaction is cut off, so that its lock does not stay
# A peer that vanished is noticed after about this many seconds: idle, then count times interval.
_ALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_UNACKNOWLEDGED_MS = 20_000
_SESSION = """
    SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false),
      set_config('idle_in_transaction_session_timeout', %s, false), set_config('search_path', 'pg_catalog', false),
      set_config('TimeZone', 'UTC', false),
      set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), false)
"""
_LAST = "SELECT seq, hash FROM deskcollect.line ORDER BY seq DESC LIMIT 1"
# One round trip: each statement looks at the table anew, so the last line is read behind the lock.
_BEGIN: LiteralString = f"""
    BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
    SELECT pg_catalog.pg_advisory_xact_lock({LOCK});
    {_LAST}
"""


class Connection:
    """A connection that threads of one program share. What it cannot do it says in words of the ledger's errors."""

    def __init__(self, address: str, *, connect_timeout: float, lock_timeout: float) -> None:
        self.mutex = RLock()
        try:
            told = conninfo_to_dict(address)
            given: dict[str, Any] = {**_ALIVE, "tcp_user_timeout": _UNACKNOWLEDGED_MS, **told}
            given.setdefault("connect_timeout", max(2, round(connect_timeout)))  # libpq takes 1 for 2
            self._conninfo = make_conninfo("", **given, client_encoding="utf8", application_name="deskcollect")
        except psycopg.ProgrammingError:
            raise words.bad_address() from None
        host, database = str(told.get("host") or "localhost"), told.get("dbname")
        if any("@" in str(told.get(name) or "") for name in ("host", "port", "dbname")):
            raise words.bad_address()  # a password with a / or @ of its own: what follows it would be printed as a place
        self.place = f"server {'of this machine' if host.startswith('/') else host}" + (
            f", database {database}" if database else ""
        )
        self._lock_timeout = lock_timeout
        self._connection: psycopg.Connection[Row] | None = None

    def close(self) -> None:
        """Let go of the connection."""
        with self.mutex:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def _open(self) -> psycopg.Connection[Row]:
        """Return the connection, a new one where there is none or it is known to be lost.

        Errors: psycopg.Error.
        """
        if self._connection is not None and not self._connection.closed:
            return self._connection
        self._connection = None
        connection = psycopg.connect(self._conninfo, autocommit=True)
        try:
            between = [f"{seconds}s" for seconds in (_SECONDS_PER_STATEMENT, _SECONDS_BETWEEN)]
            connection.execute(_SESSION, [f"{round(self._lock_timeout * 1000)}ms", *between])
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _reached(self) -> psycopg.Connection[Row]:
        """Return the connection. Errors: LedgerError when the server cannot be reached."""
        try:
            return self._open()
        except psycopg.Error as error:
            why, remedy = words.why_no_connection(error)
            raise LedgerError(f"The {self.place} {why}.", remedy) from None

    def _is_lost(self) -> bool:
        """Say whether the connection broke."""
        return self._connection is None or self._connection.closed

    # --- reading -------------------------------------------------------------------------------------------------

    def rows(self, query: LiteralString, parameters: Parameters = ()) -> list[Row]:
        """Return the rows of one statement that stands for itself. A connection found to be lost is made anew once.

        Errors: LedgerError; BadSettings where there is no ledger.
        """
        with self.mutex:
            was_open = not self._is_lost()
            connection = self._reached()
            try:
                return connection.execute(query, parameters).fetchall()
            except psycopg.Error as error:
                if not (was_open and self._is_lost()):
                    raise words.unread(error, self.place) from None
            connection = self._reached()
            try:
                return connection.execute(query, parameters).fetchall()
            except psycopg.Error as error:
                raise words.unread(error, self.place) from None

    def last(self) -> Link:
        """Return the end of the chain. Errors: as `rows`."""
        found = self.rows(_LAST)
        return Link(*found[0]) if found else line.START

    def script(self, text: str) -> None:
        """Run several statements as one transaction. Errors: BadUse, LedgerError."""
        with self.mutex:
            connection = self._reached()
            try:
                connection.execute(f"BEGIN;\n{text}\nCOMMIT;".encode())
            except psycopg.Error as error:
                self._roll_back(connection)
                raise words.not_made(error, self.place) from None

    def alone(self, statement: LiteralString) -> None:
        """Run a statement that stands in no transaction and may take as long as it takes. Errors: LedgerError."""
        with self.mutex:
            connection = self._reached()
            try:
                connection.execute("SET statement_timeout = 0")
                connection.execute(statement)
                connection.execute(f"SET statement_timeout = '{_SECONDS_PER_STATEMENT}s'")
            except psycopg.Error as error:
                connection.close()
                raise words.unread(error, self.place) from None

    # --- writing -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[tuple[psycopg.Connection[Row], Link]]:
        """Hold the lock of the chain in a transaction and give its end; what was inserted is durable behind the block.

        Errors: Busy, NotRecorded, Fork where nothing was recorded; Uncertain where nobody knows.
        """
        with self.mutex:
            connection, last = self._begin()
            try:
                yield connection, last
            except psycopg.Error as error:
                self._roll_back(connection)
                raise words.unwritten(error, self.place) from None
            except BaseException:
                self._roll_back(connection)
                raise
            self._commit(connection)

    def _begin(self) -> tuple[psycopg.Connection[Row], Link]:
        """Begin a transaction under the lock. One that was lost meanwhile is made anew, since nothing was sent yet."""
        was_open = not self._is_lost()
        try:
            return self._begun()
        except psycopg.Error as error:
            if not (was_open and self._is_lost()):
                raise words.unwritten(error, self.place) from None
        try:
            return self._begun()
        except psycopg.Error as error:
            raise words.unwritten(error, self.place) from None

    def _begun(self) -> tuple[psycopg.Connection[Row], Link]:
        """Begin a transaction under the lock. Errors: NotRecorded, psycopg.Error."""
        try:
            connection = self._reached()
        except LedgerError as error:
            raise NotRecorded(f"Nothing was recorded: {inside(error.message)}", error.remedy) from None
        try:
            cursor = connection.execute(_BEGIN)
            while cursor.nextset():
                pass
            found = cursor.fetchone()
        except BaseException:
            self._roll_back(connection)
            raise
        return connection, Link(*found) if found else line.START

    def _roll_back(self, connection: psycopg.Connection[Row]) -> None:
        """Let the server forget what was begun; where that cannot be said, close, which says the same."""
        with suppress(psycopg.Error):
            if not connection.closed:
                connection.execute("ROLLBACK")
                return
        connection.close()

    def _commit(self, connection: psycopg.Connection[Row]) -> None:
        """Have the server keep it. Errors: NotRecorded where it says that it does not, Uncertain where it says nothing."""
        try:
            told = connection.execute("COMMIT").statusmessage
        except psycopg.Error as error:
            if connection.closed:
                raise words.in_doubt(self.place) from None
            self._roll_back(connection)
            raise words.unwritten(error, self.place) from None
        except BaseException:
            connection.close()
            raise
        if told != "COMMIT":
            raise NotRecorded(f"Nothing was recorded: the {self.place} refused it.", "Try again.")
