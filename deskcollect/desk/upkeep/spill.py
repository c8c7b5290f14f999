"""What could not be recorded, put into a file elsewhere: it is taken in when the ledger can be written again."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from deskcollect.errors import BadData, BadUse
from deskcollect.ledger import document
from deskcollect.ledger.files.disk import Disk, put
from deskcollect.ledger.replication.adoptions import ids
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from deskcollect.ledger.store import Ledger

VERSION = 1
_MOST_BYTES = 64 * 1024 * 1024


def write(path: Path, desk_id: str, unwritten: Sequence[Mapping[str, Any]]) -> None:
    """Put entries that could not be recorded into a new file, which only its owner can read.

    Errors: BadUse when the file is there already; OSError when it cannot be written.
    """
    if path.exists():
        raise BadUse(f"{path} is there already.", "Give another name.")
    told = {"deskcollect": "not recorded", "version": VERSION, "desk": desk_id, "entries": list(unwritten)}
    put(Disk(), path, json.dumps(told, ensure_ascii=False, indent=1).encode())


def take(ledger: Ledger, path: Path, *, now: datetime) -> tuple[int, int]:
    """Record the entries of such a file; return how many are new, and how many were in the ledger already.

    Errors: BadData when the file is none, BadUse when it is another desk's, LedgerError, OSError.
    """
    told = _read(path)
    ledger.head()
    if told["desk"] not in ids(ledger):  # it has another one since it was put back from a backup
        raise BadUse(
            f"{path.name} was written at another desk ({told['desk']}).",
            "Take it in there, then bring the desks together.",
        )
    stamps = {"recorded_at": now.astimezone(UTC).isoformat(), "origin": {"desk": ledger.desk_id}}
    entries = [{**entry, **stamps} for entry in told["entries"]]
    for entry in entries:
        document.check_new(entry)
    written = ledger.backend.append(EVENTS, entries)
    here = sum(each.replayed for each in written)
    return len(written) - here, here


def _read(path: Path) -> dict[str, Any]:
    """Return what a file holds. Errors: BadData, OSError."""
    strange = BadData(f"{path.name} holds no entries that were not recorded.", "Give the file that the desk wrote.")
    if path.stat().st_size > _MOST_BYTES:
        raise strange
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise strange from error
    if not isinstance(told, dict) or told.get("deskcollect") != "not recorded":
        raise strange
    entries = told.get("entries")
    if told.get("version") != VERSION or not isinstance(told.get("desk"), str):
        raise strange
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise strange
    return told
