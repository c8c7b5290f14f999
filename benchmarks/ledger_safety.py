"""What is left of the outcomes after faults: in TinyDB's own JSONStorage, and in the ledger.

    python benchmarks/ledger_safety.py [--runs 50] [--folder DIR]

Prints a Markdown table. "acked" are the inserts that had returned; "lost" are those of them that cannot be read
afterwards. Faults come from a fixed seed, except that a kill hits wherever the program happens to be. The calls of the
system are made to kill by strace, where it is there. Everything happens in a folder of its own below DIR.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.ledger_kinds import PRELOAD, Journal, Kind, Plain, filled, ids, left
from deskcollect.errors import LedgerError
from tests.ledger.builders import event
from tests.ledger.programs import Program

SEED = 7
WRITERS, EACH = 2, 500
FULL = 1_000_000
NOBODY = 65_534


# --- other programs ------------------------------------------------------------------------------------------------


def inserting(pipe: Connection, kind: Kind, folder: Path, start: int, many: int) -> None:
    """Insert one by one and tell of each."""
    pipe.recv()
    there = kind(folder)
    for number in range(start, start + many):
        try:
            there.insert(number)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is counted
            pipe.send((number, type(error).__name__))
        else:
            pipe.send((number, ""))
    pipe.send((0, "end"))


def shortening(pipe: Connection, kind: Kind, folder: Path, how: int) -> None:
    """Open, and change something so that the file becomes shorter."""
    there = kind(folder)
    there.documents()
    pipe.send("ready")
    pipe.recv()
    there.shorten(how)
    pipe.send("acked")


def filling(pipe: Connection, kind: Kind, folder: Path) -> None:
    """Insert until nothing fits any more."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    there = kind(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, FULL))
    number = 0
    try:
        for number in count(10, 10):
            there.insert(*range(number, number + 10))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is named
        pipe.send((number - 1, type(error).__name__))
    pipe.recv()


def reading(pipe: Connection, kind: Kind, folder: Path) -> None:
    """Read and insert as somebody who may not write there."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setuid(NOBODY)
    documents = left(kind, folder)
    try:
        kind(folder).insert(1_000)
        refused = "inserted"
    except LedgerError as error:
        refused = f"refused: “{error.message}”"
    except Exception as error:  # noqa: BLE001  # whatever it is, it is named
        refused = f"{type(error).__name__} {getattr(error, 'errno', '')}".strip()
    pipe.send((None if documents is None else len(documents), refused))


# --- rows ----------------------------------------------------------------------------------------------------------


def killed(kind: Kind, folder: Path, runs: int) -> str:
    """Kill a program that inserts, at a random time."""
    dice, acked, lost, shut = random.Random(SEED), 0, 0, 0
    for run in range(runs):
        where = folder / str(run)
        there = ids(filled(kind, where, PRELOAD))
        told: list[int] = []
        with Program(inserting, kind, where, PRELOAD + 1, 100_000) as other:
            other.go()
            told += [other.hear()[0] for _ in range(dice.randrange(1, 10))]
            time.sleep(dice.uniform(0, 0.05))
            other.kill()
            with suppress(EOFError):
                while True:
                    told.append(other.hear()[0])
        there |= {event(number).event_id for number in told}
        found = left(kind, where)
        acked += len(told)
        shut += found is None
        lost += len(there - ids(found))
        shutil.rmtree(where)
    return f"{shut} of {runs} unopenable, {acked:,} acked, {lost:,} lost"


def killed_in_a_call(kind: Kind, folder: Path, runs: int) -> str:
    """Kill a program at the fsync or ftruncate of a change that shortens the file."""
    strace = shutil.which("strace")
    if strace is None:
        return "not measured: no strace"
    found: Counter[str] = Counter()
    for how in range(1, 5):
        for call in ("fsync", "ftruncate"):
            where = folder / f"{call}-{how}"
            before = ids(filled(kind, where, 200))
            if kind is Journal:
                with kind.file(where).open("ab") as stream:
                    stream.write(b'{"s":201,"p":"half a line')
            with Program(shortening, kind, where, how) as other:
                assert other.hear() == "ready"
                words = ["-e", f"inject={call}:signal=KILL:when=1", "-o", os.devnull, "-p", str(other.pid)]
                with subprocess.Popen([strace, *words], stderr=subprocess.PIPE, text=True) as tracer:
                    assert tracer.stderr is not None
                    assert "attached" in tracer.stderr.readline()
                    other.go()
                    with suppress(EOFError):
                        other.hear()
                        found["not reached"] += 1
            after = left(kind, where)
            found["unopenable" if after is None else "ok" if before - ids(after) <= removed(kind, how) else "lost"] += 1
    del runs
    return ", ".join(f"{times} of 8 {what}" for what, times in sorted(found.items()))


def removed(kind: Kind, how: int) -> set[str]:
    """Return the ids that `shorten` removes."""
    return {event(n).event_id for n in range(1, 1 + how)} if kind is Plain and how % 2 == 0 else set()


def together(kind: Kind, folder: Path, runs: int) -> str:
    """Let two programs insert at the same time."""
    told = []
    del runs
    for run in range(3):
        where = folder / str(run)
        acks: list[int] = []
        errors = 0
        starts = [10_000 * n for n in range(1, WRITERS + 1)]
        programs = [Program(inserting, kind, where, start, EACH) for start in starts]
        for each in programs:
            each.go()
        for each in programs:
            with suppress(EOFError):
                while (message := each.hear())[1] != "end":
                    acks += [] if message[1] else [message[0]]
                    errors += bool(message[1])
            each.kill()
        found = left(kind, where)
        lost = len({event(n).event_id for n in acks} - ids(found))
        told.append(f"{len(acks)} acked, {errors} errors, {'unopenable' if found is None else f'{lost} lost'}")
    return "; ".join(told)


def full(kind: Kind, folder: Path, runs: int) -> str:
    """Let the file grow to a limit, as on a full disk."""
    del runs
    with Program(filling, kind, folder) as other:
        acked, error = other.hear()
    found = left(kind, folder)
    lost = len({event(n).event_id for n in range(10, acked + 1)} - ids(found))
    if found is None:
        return f"{acked - 9:,} acked, then {error}; unopenable"
    again = kind(folder)
    again.insert(5)
    goes_on = len(again.documents()) == len(found) + 1
    again.close()
    return f"{acked - 9:,} acked, then {error}; {lost:,} lost, {'goes on' if goes_on else 'does not go on'} when there is room"


def cut(kind: Kind, folder: Path, runs: int) -> str:
    """Cut the file at many places."""
    del runs
    wanted = filled(kind, folder, 30)
    path = kind.file(folder)
    data = path.read_bytes()
    found: Counter[str] = Counter()
    for length in range(0, len(data), 15):
        shutil.rmtree(folder)
        folder.mkdir()
        path.write_bytes(data[:length])
        after = left(kind, folder)
        found["unopenable" if after is None else "exact prefix" if after == wanted[: len(after)] else "wrong"] += 1
    return ", ".join(f"{times:,} {what}" for what, times in sorted(found.items()))


def flipped(kind: Kind, folder: Path, runs: int) -> str:
    """Flip one bit of each byte."""
    del runs
    wanted = filled(kind, folder, 12)
    path = kind.file(folder)
    data = path.read_bytes()
    found: Counter[str] = Counter()
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        path.write_bytes(changed)
        found[judged(kind, folder, wanted)] += 1
    return f"of {len(data):,}: " + ", ".join(f"{times:,} {what}" for what, times in sorted(found.items()))


def judged(kind: Kind, folder: Path, wanted: list[dict[str, Any]]) -> str:
    """Say what became of a file with a flipped bit."""
    after = left(kind, folder)
    if after is None:
        return "unopenable"
    if after == wanted:
        return "unharmed"
    if any(each not in wanted for each in after):
        return "silently wrong"
    there = kind(folder)
    try:
        return "silently lost" if there.sound() else "withheld and reported"
    finally:
        there.close()


def read_only(kind: Kind, folder: Path, runs: int) -> str:
    """Use it as somebody who may only read."""
    del runs
    filled(kind, folder, 5)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for above in folder.parents[:2]:  # up to the folder of this run
        above.chmod(0o755)
    with Program(reading, kind, folder) as other:
        there, refused = other.hear()
    folder.chmod(0o755)
    return f"{'cannot be read' if there is None else f'{there} of 5 read'}; insert: {refused}"


ROWS: tuple[tuple[str, Callable[[Kind, Path, int], str]], ...] = (
    (f"`kill -9` at a random time, {PRELOAD:,} documents before", killed),
    ("SIGKILL at the fsync or ftruncate of a change that shortens the file", killed_in_a_call),
    (f"two programs x {EACH} inserts, three times", together),
    (f"no file may grow beyond {FULL // 1_000_000} MB (`RLIMIT_FSIZE`)", full),
    ("cut at every 15th byte", cut),
    ("one bit of each byte flipped", flipped),
    ("read-only folder", read_only),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    kinds: tuple[Kind, ...] = (Plain, Journal)
    print("| fault | " + " | ".join(kind.name for kind in kinds) + " |")
    print("|---|" + "---|" * len(kinds), flush=True)
    with tempfile.TemporaryDirectory(dir=given.folder, prefix="ledger-safety-") as name:
        for what, measure in ROWS:
            cells = [measure(kind, Path(name) / kind.__name__ / measure.__name__, given.runs) for kind in kinds]
            print(f"| {what} | " + " | ".join(cells) + " |", flush=True)
    print(json.dumps({"python": sys.version.split()[0], "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
