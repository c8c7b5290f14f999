"""A wire between a desk and its server that can be cut at a word, before or behind it."""

from __future__ import annotations

import socket
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ledger.servers import Database

_PORT = 5432


class Wire:
    """Passes on what both ends say. At the word `cut_at` both ends are let go, once: before it is passed on or behind it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.address = database.address.rpartition("?")[0] + f"?host={folder}"
        self._server = f"{database.server.server.get_postmaster_info().socket_dir}/.s.PGSQL.{_PORT}"
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(f"{folder}/.s.PGSQL.{_PORT}")
        self._listening.listen()
        self._cut_at = b""
        self._deliver = False
        Thread(target=self._serve, daemon=True).start()

    def cut(self, word: str, *, deliver: bool) -> None:
        """Cut the wire at a word of the desk; `deliver` says that the server still gets it."""
        self._cut_at, self._deliver = word.encode(), deliver

    def _serve(self) -> None:
        """Take connections until closed."""
        with suppress(OSError):
            while True:
                desk, _ = self._listening.accept()
                Thread(target=self._connect, args=[desk], daemon=True).start()

    def _connect(self, desk: socket.socket) -> None:
        """Connect a desk with the server, until one of them goes or the wire is cut."""
        server = socket.socket(socket.AF_UNIX)
        with desk, server:
            server.connect(self._server)
            answers = Thread(target=self._answer, args=[server, desk], daemon=True)
            answers.start()
            with suppress(OSError):
                while data := desk.recv(65_536):
                    if self._cut_at and self._cut_at in data:
                        self._end(data, desk, server)
                        break
                    server.sendall(data)
            for end in (server, desk):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            answers.join()

    def _end(self, data: bytes, desk: socket.socket, server: socket.socket) -> None:
        """Cut the wire; where the server still gets the word, wait until it has heard it and hung up."""
        self._cut_at = b""
        desk.shutdown(socket.SHUT_RD)
        if self._deliver:
            self._deaf = desk
            server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    _deaf: socket.socket | None = None

    def _answer(self, server: socket.socket, desk: socket.socket) -> None:
        """Pass on what the server says, unless the wire was cut, until it hangs up."""
        with suppress(OSError):
            while data := server.recv(65_536):
                if self._deaf is not desk:
                    desk.sendall(data)
        with suppress(OSError):
            desk.shutdown(socket.SHUT_RDWR)  # the server hung up, and so must the wire

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # closing alone does not wake who waits for the next
        self._listening.close()


@contextmanager
def wired(database: Database) -> Iterator[Wire]:
    """Lay a wire to the server of a database."""
    with tempfile.TemporaryDirectory(prefix="w", dir=database.server.home) as folder:
        wire = Wire(database, Path(folder))
        try:
            yield wire
        finally:
            wire.close()
