"""Claims of the programs of one machine, in the desk's small file of state.

A claim by name holds until its end. One that a program took ends with the program: it is told by its process number,
the moment it started and the boot of the machine, so that neither a number used again nor a restart keeps a claim alive.
"""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskcollect.ledger.claims import MINUTES
from deskcollect.records import Claim

if TYPE_CHECKING:
    from collections.abc import Callable

    from tinydb.table import Table

    from deskcollect.ledger.files.state import State

CLAIMS = "claims"
_PROC = Path("/proc")
_CLOCK_BACK = timedelta(minutes=5)  # a clock is set right by seconds; behind that nobody can tell what holds
_BEHIND_NAME = ") "
_STARTED = 19  # field of /proc/PID/stat, counted behind the name


def this_program() -> str:
    """Return what tells this program from every other one on this machine."""
    return _mark(os.getpid())


def runs(mark: str) -> bool:
    """Say whether the program of a mark runs still. Where nobody can tell, it does: the claim ends by its time."""
    machine, _, rest = mark.partition("/")
    pid, _, _ = rest.partition("/")
    if machine != platform.node() or not pid.isdecimal():
        return True
    return _mark(int(pid)) == mark and _exists(int(pid))


def _mark(pid: int) -> str:
    """Return machine, process number, moment of its start and boot of a process; what is not known is empty."""
    return f"{platform.node()}/{pid}/{_started(pid)}/{_read(_PROC / 'sys/kernel/random/boot_id').strip()}"


def _started(pid: int) -> str:
    """Return the moment a process started, in ticks since the boot; empty where the system does not tell."""
    fields = _read(_PROC / str(pid) / "stat").rpartition(_BEHIND_NAME)[2].split()
    return fields[_STARTED] if len(fields) > _STARTED else ""


def _read(path: Path) -> str:
    """Return what a file of the system says, nothing where it is not there."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _exists(pid: int) -> bool:
    """Say whether there is a process of this number, as far as the system tells without touching it."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class ClaimsHere:
    """Claims beside the ledger of one machine. `sits` is what ends the claims it takes: a program, or nothing but time."""

    def __init__(self, state: State, desk: str, *, sits: str = "", is_running: Callable[[str], bool] = runs) -> None:
        self._state = state
        self._desk = desk
        self._sits = sits
        self._is_running = is_running

    def take(self, customer_id: str, by: str, *, now: datetime, minutes: int = MINUTES) -> Claim:
        """Claim a customer, or renew one's own claim; return the claim that stands then: one's own, or another's.

        Errors: Busy, NotRecorded.
        """
        with self._state.table(CLAIMS) as table:
            others = [each for each in self._swept(table, now) if each.customer_id == customer_id]
            if others and others[0].by != by:
                return others[0]
            claim = Claim(customer_id, by, self._desk, now, now + timedelta(minutes=minutes), self._sits)
            self._drop(table, customer_id)
            table.insert({"key": customer_id, "value": _written(claim)})
            return claim

    def release(self, customer_id: str, by: str) -> bool:
        """Give one's claim back; return whether there was one. Errors: Busy, NotRecorded."""
        with self._state.table(CLAIMS) as table:
            mine = [each for each in self._all(table) if (each.customer_id, each.by) == (customer_id, by)]
            if mine:
                self._drop(table, customer_id)
            return bool(mine)

    def standing(self, now: datetime) -> tuple[Claim, ...]:
        """Return the claims that have not ended."""
        return tuple(each for each in self._all(self._state.seen(CLAIMS)) if self._stands(each, now))

    def _stands(self, claim: Claim, now: datetime) -> bool:
        """Say whether a claim holds: its time is not over, the clock was not put back far behind it, its program runs."""
        return claim.taken_at - _CLOCK_BACK <= now < claim.until and (not claim.sits or self._is_running(claim.sits))

    def _swept(self, table: Table, now: datetime) -> list[Claim]:
        """Forget the claims that have ended; return the others."""
        known = self._all(table)
        standing = [each for each in known if self._stands(each, now)]
        if len(table) > len(standing):
            table.truncate()
            table.insert_multiple({"key": each.customer_id, "value": _written(each)} for each in standing)
        return standing

    def _all(self, table: Table) -> list[Claim]:
        """Return the claims of a table, each of this desk, whatever its id was then; what cannot be read is none."""
        found: list[Claim] = []
        for each in table:
            with suppress(KeyError, TypeError, ValueError):
                found.append(_read_claim(str(each["key"]), self._desk, each["value"]))
        return found

    def _drop(self, table: Table, customer_id: str) -> None:
        """Take the claim of a customer out of the table."""
        table.remove(doc_ids=[each.doc_id for each in table if each.get("key") == customer_id])


def _written(claim: Claim) -> dict[str, Any]:
    """Return a claim as the file holds it."""
    return {
        "by": claim.by,
        "taken_at": claim.taken_at.isoformat(),
        "until": claim.until.isoformat(),
        "sits": claim.sits,
    }


def _read_claim(customer_id: str, desk: str, told: dict[str, Any]) -> Claim:
    """Return a claim. Errors: KeyError, TypeError, ValueError."""
    taken_at, until = (datetime.fromisoformat(told[name]) for name in ("taken_at", "until"))
    if taken_at.tzinfo is None or until.tzinfo is None:
        raise ValueError
    return Claim(customer_id, str(told["by"]), desk, taken_at, until, str(told.get("sits", "")))
