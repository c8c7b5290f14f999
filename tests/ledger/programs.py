"""Other programs that use a ledger at the same time: they are told when to begin, and tell what they try and what is acknowledged.

What a program told before it died is the expected state. Nobody waits by sleeping: whoever waits, waits for a message.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deskcollect.errors import LedgerError
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.files.journal import Journal
from deskcollect.ledger.store import Ledger
from tests.ledger.builders import NOW, all_ids, event, event_id, opened
from tests.ledger.oracle import keeps_its_word

PATIENCE_SECONDS = 60
if sys.platform == "win32":
    _CONTEXT = multiprocessing.get_context("spawn")
else:
    _CONTEXT = multiprocessing.get_context("forkserver")
    _CONTEXT.set_forkserver_preload([__name__])  # so that a program takes milliseconds to begin
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, -1

Batches = list[list[int]]


class Program:
    """A program beside this one. It begins with `go` and is killed, if it still runs, at the end of the block."""

    def __init__(self, what: Any, *words: Any) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=what, args=(theirs, *words), daemon=True)
        self.process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        self._pipe.close()

    @property
    def pid(self) -> int:
        """Return its number."""
        assert self.process.pid is not None
        return self.process.pid

    def say(self, what: Any) -> None:
        """Tell it something."""
        self._pipe.send(what)

    def go(self) -> None:
        """Let it go on."""
        self.say("go")

    def hear(self) -> Any:
        """Return what it tells next. Errors: EOFError when it has ended."""
        assert self._pipe.poll(PATIENCE_SECONDS), "the program tells nothing"
        try:
            return self._pipe.recv()
        except ConnectionError as error:
            raise EOFError from error

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, and return when it is dead."""
        self.process.kill()
        self.process.join()


@dataclass
class Told:
    """What a recorder told of its batches, each by its number."""

    tried: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)
    ended: bool = False

    def hear(self, program: Program, messages: int = sys.maxsize) -> None:
        """Take in what a program tells, until it has ended or has told so much."""
        with suppress(EOFError):
            for _ in range(messages):
                what, number = program.hear()
                if what == "end":
                    self.ended = True
                elif what == "try":
                    self.tried += [number] if number not in self.tried else []
                elif what == "ack":
                    self.acknowledged.append(number)
                else:
                    self.failed.append((number, what))

    def refused(self) -> list[int]:
        """Return the batches of which it was never said anything but that nothing was recorded."""
        doubtful = {number for number, what in self.failed if what not in {"NotRecorded", "Busy"}}
        whole = [n for n in self.tried if sum(n == number for number, _ in self.failed)]
        cut = {self.tried[-1]} if self.tried and not self.ended else set()
        return [n for n in whole if n not in doubtful and n not in cut and n not in self.acknowledged]


def names(batch: list[int]) -> list[str]:
    """Return the ids of the events of a batch."""
    return [event_id(number) for number in batch]


def faults_after(folder: Path, batches: Batches, told: Told, before: Batches | None = None) -> str:
    """Say what is wrong with a ledger after its recorder ended or died; nothing if it keeps its word.

    Everything is recorded again at last, as a person would do it: then each event is there once.
    """
    there = [names(batch) for batch in before or []]
    with opened(folder) as ledger:
        got = all_ids(ledger)
        tried = there + [names(batches[n]) for n in told.tried]
        if not keeps_its_word(got, there + [names(batches[n]) for n in told.acknowledged], tried):
            return f"it holds {got}"
        if any(names(batches[n])[0] in got for n in told.refused()):
            return "a batch is there of which it was said that nothing was recorded"
        for batch in batches:
            ledger.record_many([event(number) for number in batch], recorded_at=NOW)
        got = all_ids(ledger)
        if sorted(got) != sorted(name for batch in [*there, *map(names, batches)] for name in batch):
            return f"recording everything again makes it {got}"
        report = ledger.verify()
        return "" if report.ok else f"it is damaged: {report.damage}"


# --- what the other programs do ------------------------------------------------------------------------------------


def recorder(
    pipe: Connection,
    folder: Path,
    batches: Batches,
    options: dict[str, Any],
    attempts: int = 1,
    warm: Path | None = None,
) -> None:
    """Record batches and tell of each. One that failed is tried again with a ledger that was opened anew.

    With `warm` it first does all of it elsewhere, so that it has loaded whatever Python loads late, lets itself be
    traced, and tells that it is ready.
    """
    if warm is not None:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
        _record(None, warm, batches, options, 1)
        pipe.send("ready")
    pipe.recv()
    _record(pipe, folder, batches, options, attempts)


def _record(pipe: Connection | None, folder: Path, batches: Batches, options: dict[str, Any], attempts: int) -> None:
    """Record batches."""

    def tell(what: str, number: int) -> None:
        if pipe is not None:
            pipe.send((what, number))

    ledger: Ledger | None = None
    for number, batch in enumerate(batches):
        for _ in range(attempts):
            tell("try", number)
            try:
                ledger = ledger or opened(folder, **options)
                ledger.record_many([event(n) for n in batch], recorded_at=NOW)
            except LedgerError as error:
                tell(type(error).__name__, number)
                if ledger is not None:
                    ledger.close()
                ledger = None
            else:
                tell("ack", number)
                break
    if ledger is not None:
        ledger.close()
    tell("end", -1)


def scanner(pipe: Connection, folder: Path) -> None:
    """Read everything again and again, until told to end; tell how much there was, and whether a state was ever wrong.

    Everything is recorded in pairs of an even number and the next one.
    """
    pairs = {event_id(n): event_id(n + 1) for n in range(0, 20_000, 2)}
    before: list[str] = []
    wrong = ""
    ending = False
    with opened(folder) as ledger:
        pipe.send("reading")
        while not ending:
            ending = pipe.poll()  # and then once more, so that the end is seen as well
            now = all_ids(ledger)
            if now[: len(before)] != before:
                wrong = "what was read before is gone"
            if [pairs.get(each) for each in now[::2]] != now[1::2]:
                wrong = "half of a pair"
            before = now
    pipe.send((len(before), wrong))


def holder(pipe: Connection, folder: Path, number: int) -> None:
    """Take the lock, tell it, and record an event with it once told to."""
    journal = Journal(Disk(), folder, lock_timeout=5.0)
    with journal.writing():
        pipe.send("held")
        pipe.recv()
    journal.close()
    with opened(folder) as ledger:
        ledger.record(event(number), recorded_at=NOW)
    pipe.send("done")


def limited(pipe: Connection, folder: Path, batches: Batches, options: dict[str, Any]) -> None:
    """Record batches, each time in another folder, while no file may grow beyond a limit that is told.

    After that there is room again, and the batches that failed are recorded by the same ledger.
    """
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    while (limit := pipe.recv()) is not None:
        acknowledged: list[int] = []
        failed: list[tuple[int, str]] = []
        with opened(folder / str(limit), **options) as ledger:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            for n, batch in enumerate(batches):
                try:
                    ledger.record_many([event(number) for number in batch], recorded_at=NOW)
                    acknowledged.append(n)
                except LedgerError as error:
                    failed.append((n, type(error).__name__))
            seen = all_ids(ledger)
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            for n, _ in failed:
                ledger.record_many([event(number) for number in batches[n]], recorded_at=NOW)
        pipe.send((acknowledged, failed, seen))
