"""Several desks that pass bundles to one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.ledger.replication import bundle, merging
from deskcollect.ledger.store import Ledger, open_ledger
from tests.ledger.builders import NOW, record

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from deskcollect.ledger.replication.merging import Merged
    from deskcollect.records import Event


def desk(folder: Path, desk_id: str, *events: Event, **more: Any) -> Ledger:
    """Return the ledger of a desk with some events; a small segment makes many files of few records."""
    ledger = open_ledger(folder / desk_id, desk_id, **more)
    record(ledger, *events)
    return ledger


def export(ledger: Ledger, to: Path, after: int = 0) -> Path:
    """Write a bundle and return its path."""
    path = to / f"{ledger.desk_id}-{ledger.head().seq}-{after}.ledger"
    bundle.write(ledger, path, after=after, name=ledger.desk_id, made_at=NOW)
    return path


def merge(ledger: Ledger, path: Path, skip: Collection[str] = ()) -> Merged:
    """Merge a bundle."""
    with bundle.opened(path) as given:
        return merging.merge(ledger, given, by="mei", at=NOW, skip=skip)


def pass_on(sender: Ledger, to: Ledger, folder: Path, after: int = 0) -> Merged:
    """Export at one desk and merge at another."""
    return merge(to, export(sender, folder, after))


def contents(ledger: Ledger) -> dict[str, tuple[str, str, str]]:
    """Return what a ledger holds of each event, whoever wrote it: account, code and the desk it is of."""
    found = (event for _, event in ledger.since(None))
    return {e.event_id: (e.account_id, e.code, e.origin.desk if e.origin else "") for e in found}
