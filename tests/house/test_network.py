"""Nothing reaches for the network: a day at the desk runs in a process that ends at the first attempt."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.source import plain_environment

# An audit hook cannot be taken off and no `except` outlives os._exit, so an attempt that is caught still shows.
GUARD = """
import os, socket, sys

def refuse(event, arguments):
    opened = event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6)
    if opened or event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"):
        os.write(2, f"reached for the network: {event}".encode())
        os._exit(97)

sys.addaudithook(refuse)
"""
PROGRAM = f"{GUARD}\nfrom deskcollect.__main__ import main\nsys.exit(main())\n"
BOOK = """account_id,customer_id,customer_name,currency,balance,past_due,days_past_due
A1,C1,Ines Prado,EUR,1200.00,400.00,35
A2,C2,Jonas Lind,EUR,90.00,0.00,0
"""


@dataclass(frozen=True)
class Desk:
    """A small desk made for these tests."""

    home: Path
    book: Path
    folder: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command under the guard."""
        return run(self.home, PROGRAM, *words)


def run(home: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=home,
        env=plain_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = tmp_path_factory.mktemp("home")
    book = home / "accounts.csv"
    book.write_text(BOOK, encoding="utf-8")
    made = Desk(home, book, home / "desk")
    done = made.run("init", str(made.folder), "--book", str(book), "--as-of", "2026-03-02", "--by", "ines")
    assert done.returncode == 0, done.stderr
    return made


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("demo",),
        ("check", "{book}", "--as-of", "2026-03-02"),
        ("score", "{book}", "--as-of", "2026-03-02"),
        ("import", "{book}", "--as-of", "2026-03-02", "--dry-run", "--desk", "{desk}"),
        ("worklist", "--desk", "{desk}"),
        ("worklist", "--json", "--desk", "{desk}"),
        ("show", "A1", "--desk", "{desk}"),
        ("alerts", "--desk", "{desk}"),
        ("doctor", "--desk", "{desk}"),
    ],
    ids=lambda words: " ".join(word for word in words[:2] if not word.startswith("{")),
)
def test_a_command_stays_on_the_machine(words: tuple[str, ...], desk: Desk) -> None:
    done = desk.run(*(word.format(book=desk.book, desk=desk.folder) for word in words))
    assert done.returncode == 0, done.stderr


def test_recording_and_undoing_stay_on_the_machine(desk: Desk) -> None:
    place = ("--desk", str(desk.folder), "--by", "ines")
    recorded = desk.run("record", "A1", "NA", "--event-id", "01920000-0000-7000-8000-000000000001", "--json", *place)
    assert recorded.returncode == 0, recorded.stderr
    event = json.loads(recorded.stdout)["event_id"]
    undone = desk.run("undo", event, "--reason", "wrong account", *place)
    assert undone.returncode == 0, undone.stderr


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('desk.example', 80)",
        "socket.socket()",
        "import urllib.request; urllib.request.urlopen('http://desk.example')",
    ],
)
def test_the_guard_ends_a_process_that_reaches_out(attempt: str, tmp_path: Path) -> None:
    hidden = f"try:\n    {attempt}\nexcept BaseException:\n    pass"
    done = run(tmp_path, f"{GUARD}\n{hidden}\n")
    assert done.returncode == 97
    assert "reached for the network" in done.stderr
