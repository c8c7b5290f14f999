"""Whichever call of the system fails, lies or kills the program, nothing is lost that was acknowledged.

strace makes the n-th call of one kind fail, for n = 1, 2, ... until the program runs to its end without reaching it. It
is attached once everything is loaded, so that it counts the calls of the ledger and not those of Python's start.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.builders import event, opened, record
from tests.ledger.programs import Batches, Program, Told, faults_after, recorder

BEFORE: Batches = [[11], [12]]
BATCHES: Batches = [[21], [22], [23, 24], [25]]
OPTIONS: dict[str, Any] = {"segment_bytes": 1500, "lock_timeout": 0.02}
WHOLE = "the length of a record"  # what the system claims to have written, though it wrote nothing

CALLS = {
    "openat": ["error=EIO", "error=ENOSPC", "error=EMFILE", "error=EINTR", "signal=KILL"],
    "flock": ["error=EIO", "error=ENOLCK", "error=EINTR", "signal=KILL"],
    "pread64": ["error=EIO", "error=EINTR", "signal=KILL"],
    "pwrite64": [
        "error=EIO",
        "error=ENOSPC",
        "error=EINTR",
        "signal=KILL",
        "retval=0",
        "retval=1",
        f"retval={WHOLE}",
    ],
    "fsync": ["error=EIO", "error=ENOSPC", "error=EINTR", "signal=KILL"],
    "ftruncate": ["error=EIO", "error=EINTR", "signal=KILL", "retval=0"],
    "?mkdir,mkdirat": ["error=EIO", "error=ENOSPC", "signal=KILL"],
    "?rename,?renameat,renameat2": ["error=EIO", "error=ENOSPC", "signal=KILL", "retval=0"],
}
SWEEPS = [(call, what) for call, faults in CALLS.items() for what in faults]
LASTING = [(call, what) for call, what in SWEEPS if what in {"error=EIO", "error=ENOSPC"}]


@pytest.fixture(scope="module")
def strace() -> str:
    """Return the program that makes calls fail; without it, or where nothing may be traced, these tests are skipped."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not there, so no call of the system is made to fail")
    tried = subprocess.run([found, "-e", "trace=none", found, "-V"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"strace may not trace here, so no call of the system is made to fail: {tried.stderr.strip()}")
    return found


@pytest.fixture(params=["nothing there", "a torn tail"])
def scene(request: pytest.FixtureRequest) -> str:
    """Return what the recorder finds."""
    scene: str = request.param
    return scene


def prepare(folder: Path, scene: str) -> Batches:
    """Lay out what the recorder finds and return the batches in it: here a writer died in the middle of a line."""
    if scene == "nothing there":
        return []
    with opened(folder, **OPTIONS) as ledger:
        record(ledger, *(event(number) for [number] in BEFORE))
    path = folder / "00000001.jsonl"
    data = path.read_bytes()
    path.write_bytes(data + data[: len(data) // 4])
    return BEFORE


def record_length(folder: Path) -> int:
    """Return the length of the line of a single record; all of them are of one length."""
    with opened(folder / "measure") as ledger:
        record(ledger, event(21), event(25))
    lengths = {len(line) for line in (folder / "measure" / "00000001.jsonl").read_bytes().splitlines(keepends=True)}
    assert len(lengths) == 1
    return lengths.pop()


def injected(strace: str, folder: Path, scene: str, fault: tuple[str, str], when: str) -> bool:
    """Let one call of a recorder go wrong and hold the ledger against what it told; return whether a call went wrong."""
    call, what = fault
    before = prepare(folder / "ledger", scene)
    what = what.replace(WHOLE, str(record_length(folder)))
    words = ["-e", f"trace={call}", "-e", f"inject={call}:{what}:when={when}", "-o", str(folder / "calls")]
    told = Told()
    with Program(recorder, folder / "ledger", BATCHES, OPTIONS, 2, folder / "warm") as other:
        assert other.hear() == "ready"
        with subprocess.Popen([strace, *words, "-p", str(other.pid)], stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            assert "attached" in (line := tracer.stderr.readline()), line
            other.go()
            told.hear(other)
            other.process.join()
    calls = (folder / "calls").read_text()
    where = f"{call} {what} at {when} with {scene}: {calls}"
    killed = "killed by SIGKILL" in calls
    assert told.ended or killed, f"the recorder broke: {where}"
    assert not (wrong := faults_after(folder / "ledger", BATCHES, told, before)), f"{wrong}: {where}"
    return killed or "(INJECTED)" in calls


def sweep(strace: str, folder: Path, scene: str, fault: tuple[str, str], each: str = "{}") -> Iterator[int]:
    """Let call after call go wrong, until there is none left that could."""
    for when in count(1):
        if not injected(strace, folder / str(when), scene, fault, each.format(when)):
            return
        yield when


@pytest.mark.parametrize(
    ("fault", "when"),
    [
        (("fsync", "error=EIO"), "4"),
        (("fsync", "signal=KILL"), "5"),
        (("ftruncate", "signal=KILL"), "1"),
        (("pwrite64", f"retval={WHOLE}"), "3"),
        (("pwrite64", "error=ENOSPC"), "4+"),
        (("?rename,?renameat,renameat2", "signal=KILL"), "1"),
    ],
)
def test_a_call_that_goes_wrong_takes_nothing_that_was_acknowledged(
    strace: str, tmp_path: Path, fault: tuple[str, str], when: str
) -> None:
    assert injected(strace, tmp_path, "a torn tail", fault, when), "it never came to that call"


@pytest.mark.long
@pytest.mark.parametrize("fault", SWEEPS, ids=" ".join)
def test_whichever_call_goes_wrong_nothing_is_lost_that_was_acknowledged(
    strace: str, tmp_path: Path, scene: str, fault: tuple[str, str]
) -> None:
    gone_wrong = list(sweep(strace, tmp_path, scene, fault))
    needs_a_torn_tail = fault[0] == "ftruncate"
    needs_no_folder = "mkdir" in fault[0]
    if not (needs_a_torn_tail and scene == "nothing there") and not (needs_no_folder and scene == "a torn tail"):
        assert gone_wrong


@pytest.mark.long
@pytest.mark.parametrize("fault", LASTING, ids=" ".join)
def test_from_whichever_call_on_all_fail_nothing_is_lost_that_was_acknowledged(
    strace: str, tmp_path: Path, scene: str, fault: tuple[str, str]
) -> None:
    list(sweep(strace, tmp_path, scene, fault, "{}+"))
