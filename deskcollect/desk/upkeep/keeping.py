"""Looking after the ledger where the desk itself need not open: a bad policy or book keeps nobody from their records."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect import settings
from deskcollect.clock import Clock
from deskcollect.desk.cards.champion import MODELS
from deskcollect.desk.desk import CACHE, LEDGER, POLICIES, SET_ASIDE, SNAPSHOTS, STATE
from deskcollect.desk.upkeep import keys
from deskcollect.errors import BadUse
from deskcollect.ledger import report
from deskcollect.ledger.files.state import State
from deskcollect.ledger.privacy import masked, vault
from deskcollect.ledger.store import Ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.settings import Settings

_OWN = {settings.FILE, STATE, SNAPSHOTS, POLICIES, CACHE, SET_ASIDE, MODELS, masked.FILE, vault.FOLDER}
Report = report.Report  # the doors speak of what a check found without knowing its room
Ending = report.Ending


@dataclass(frozen=True)
class Keeping:
    """The ledger of a desk with what its desk.toml says."""

    folder: Path
    settings: Settings
    ledger: Ledger
    clock: Clock

    @property
    def state(self) -> State:
        """Return what the desk keeps for convenience."""
        return State(self.folder / STATE)

    def outside(self, target: Path) -> None:
        """See that a file which is to be written is none of the desk's own, nor lies among them. Errors: BadUse."""
        home, there = self.folder.resolve(), target.resolve()
        first = there.relative_to(home).parts[:1] if there.is_relative_to(home) else ()
        if any(name in _OWN or name.startswith(LEDGER) for name in first):
            raise BadUse(f"{target} lies among the desk's own files.", "Write it elsewhere, best on another disk.")


@contextmanager
def keeping(folder: Path) -> Iterator[Keeping]:
    """Open the ledger of the desk in a folder, and nothing else of it.

    Errors: NoDesk, BadSettings, LedgerError.
    """
    told = settings.read(folder)
    with open_ledger(folder / LEDGER, told.desk_id) as ledger:
        keys.give(ledger, folder, told)
        yield Keeping(folder, told, ledger, Clock(told.zone))
