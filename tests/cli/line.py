"""A command line run in this process, and the small book and desk that the tests of commands need."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskcollect import settings
from deskcollect.cli.app import run

if TYPE_CHECKING:
    import pytest

AS_OF = "2026-03-02"
ACCOUNTS = """account_id,customer_id,customer_name,phone,currency,balance,past_due,days_past_due,minimum_due
A1,C1,Ines Prado,+44 7700 900001,EUR,1200.50,400.00,35,40.00
A2,C2,Jonas Lind,+44 7700 900002,EUR,90.00,0.00,0,9.00
A3,C3,佐藤 花子,+44 7700 900003,JPY,50000,50000,95,5000
"""
ENVIRONMENT = (
    "DESKCOLLECT_DESK",
    "DESKCOLLECT_PASSPHRASE",
    "DESKCOLLECT_NEW_PASSPHRASE",
    "DESKCOLLECT_GLYPHS",
    "NO_COLOR",
    "COLUMNS",
    "XDG_DATA_HOME",
)


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return stdout as JSON."""
        return json.loads(self.out)


Run = Callable[..., Done]


def in_order(done: Done, *wanted: str) -> None:
    """Say which words do not stand in stdout in this order."""
    place = 0
    for words in wanted:
        found = done.out.find(words, place)
        assert found >= 0, f"{words!r} is not in\n{done.out}"
        place = found + len(words)


def runner(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs one command line in this process."""

    def once(*words: str | Path) -> Done:
        capsys.readouterr()
        code = run([str(word) for word in words])
        told = capsys.readouterr()
        return Done(code, told.out, told.err)

    return once


def isolate(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Let commands see neither this machine's desks nor its terminal."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("LOCALAPPDATA", str(home))
    monkeypatch.setenv("DESKCOLLECT_GLYPHS", "unicode")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(home)


def make_small_desk(folder: Path) -> Path:
    """Make a desk of three accounts."""
    book = folder.parent / "small.csv"
    book.write_text(ACCOUNTS, encoding="utf-8")
    code = run(["init", str(folder), "--book", str(book), "--as-of", AS_OF, "--by", "ines"])
    assert code == 0
    settings.write(folder, replace(settings.read(folder), time_zone="UTC"))
    return folder


def copied(template: Path, target: Path) -> Path:
    """Return a desk of one's own."""
    shutil.copytree(template, target)
    return target
