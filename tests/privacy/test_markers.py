"""No command, whether it works, fails or stops by a fault of ours, leaves a person's data where it does not belong."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from inspect import CO_GENERATOR
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import deskcollect
from deskcollect.cli import app, fault
from tests.aged import aged, old
from tests.privacy.lines import TRIES, every_command
from tests.privacy.marked import files_in, markers, phone
from tests.privacy.place import Place

if TYPE_CHECKING:
    from types import FrameType

    from tests.cli.line import Done

SECRET = f"Mkqname77 Qzy, {phone(77)}, mkqmail77@example.com owes 8,800"
COMMANDS = sorted(TRIES)
SHARES = (0.3, 0.7, 0.97)
STOPS = [  # each command at one of the places; the long part tries it at all of them
    pytest.param(name, share, marks=[] if at == turn % len(SHARES) else [pytest.mark.long])
    for turn, name in enumerate(COMMANDS)
    for at, share in enumerate(SHARES)
]
PACKAGE = str(Path(deskcollect.__file__).parent)
OUTERMOST = {app.__file__, fault.__file__}


class Fault(Exception):
    """A fault whose message holds a person's data."""


def test_every_command_of_the_program_is_tried() -> None:
    assert sorted(every_command()) == COMMANDS


def prepared(place: Place, name: str) -> None:
    """Run what has to be there before a command."""
    for command in TRIES[name].before:
        assert place.run(command).code == 0, command


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_works(place: Place, name: str) -> None:
    tried = TRIES[name]
    prepared(place, name)
    done = place.run(tried.works)
    assert done.code in tried.codes, done.err
    assert markers(done.err) <= markers(tried.works)
    assert place.leaks(*tried.exports) == []
    assert place.open_to_others() == []


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_fails(place: Place, name: str) -> None:
    tried = TRIES[name]
    prepared(place, name)
    done = place.run(tried.fails)
    assert done.code != 0
    assert markers(done.err) <= markers(tried.fails), "of a person's data it tells only what was typed"
    made_before = [name for name in tried.exports if any(f"{{out}}/{name}" in line for line in tried.before)]
    assert place.leaks(*made_before) == []
    assert place.open_to_others() == []


def test_a_sealed_note_stands_nowhere(place: Place) -> None:
    for command in TRIES["ledger seal"].works, TRIES["record"].works, TRIES["restrictions impose"].works:
        assert place.run(command).code == 0
    written = b"".join(path.read_bytes() for path in files_in(place.desk) if "snapshots" not in path.parts)
    assert b"mkqnote900" not in written
    assert b"mkqnote905" not in written
    assert "mkqnote900" in place.run(TRIES["show"].works).out, "whoever has the passphrase reads it"


def test_what_was_kept_long_enough_stands_nowhere_afterwards(place: Place) -> None:
    shutil.rmtree(place.desk / "ledger")  # the one to come begins long ago
    aged(place.desk, at_9=old(9, "TW-000190", "C-00183", note="said mkqnote919"), at_20=old(20, note="said mkqnote920"))
    done = place.run("ledger retain --years 5 --yes --by mei --desk {desk}")
    assert done.code == 0
    assert markers(done.err + done.out) == set()
    written = b"".join(path.read_bytes() for path in files_in(place.desk))
    assert b"mkqnote919" not in written
    assert b"mkqnote920" not in written


class Interrupter:
    """Counts the calls of the program's own functions, and raises a fault at one of them."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.count = 0

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Take note of a call; a generator is also called to be closed, where nothing that it raises is heard."""
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(PACKAGE) or code.co_filename in OUTERMOST:
            return
        if code.co_flags & CO_GENERATOR:
            return
        self.count += 1
        if self.count == self.at:
            sys.setprofile(None)
            raise Fault(SECRET)


def run(place: Place, command: str, watch: Interrupter) -> Done:
    """Run a line under the eyes of an interrupter."""
    sys.setprofile(watch)
    try:
        return place.run(command)
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize(("name", "share"), STOPS)
def test_a_command_that_stops_by_a_fault_of_the_program(place: Place, tmp_path: Path, name: str, share: float) -> None:
    tried = TRIES[name]
    prepared(place, name)
    first, second = [replace(place, desk=tmp_path / f"desk-{n}", out=tmp_path / f"out-{n}") for n in range(2)]
    for other in first, second:
        shutil.copytree(place.desk, other.desk)
        shutil.copytree(place.out, other.out)
    watch, loaded = Interrupter(), len(sys.modules)
    assert run(place, tried.works, watch).code in tried.codes
    if len(sys.modules) > loaded:  # what is loaded for the first time makes calls that a later run does not
        watch = Interrupter()
        run(first, tried.works, watch)
    done = run(second, tried.works, Interrupter(max(int(watch.count * share), 1)))
    assert "stopped by a fault of the program" in done.err
    assert "Please report: Fault at " in done.err
    assert markers(done.err) == set()
    assert "TW-000" not in done.err.rpartition("Please report")[2]
    assert second.leaks(*tried.exports) == []
