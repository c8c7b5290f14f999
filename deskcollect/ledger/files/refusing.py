"""Why the journal does not write, in words: nothing was recorded, nobody knows whether it was, or it must not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from deskcollect.errors import Damaged, NotRecorded, Uncertain, inside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deskcollect.ledger.report import Damage


def not_recorded(cause: OSError | None) -> NoReturn:
    """Say that nothing was recorded. Errors: NotRecorded."""
    why = (cause.strerror if cause else "") or "no space left on device"
    raise NotRecorded(
        f"Nothing was recorded: {inside(why)}. Everything recorded before is safe.",
        "Make room on the disk or check the rights of the ledger folder, then record it again.",
    ) from cause


def uncertain(cause: OSError | None) -> NoReturn:
    """Say that nobody knows whether it was recorded. Errors: Uncertain."""
    why = f" ({cause.strerror})" if cause and cause.strerror else ""
    raise Uncertain(
        f"The disk failed while recording{why}. It may or may not have been recorded.",
        "Record it again: the same entry is never written twice. If it fails again, check the disk.",
    ) from cause


def damaged(damage: Sequence[Damage], readable: int) -> NoReturn:
    """Refuse to write over damage; say how many records can be read. Errors: Damaged."""
    others = f"The other {readable:,} records can be read." if readable > 1 else "One other record can be read."
    raise Damaged(
        f"The ledger is damaged, so nothing new is recorded. {damage[0].sentence()} "
        f"{others if readable else 'No record can be read.'}",
        "Run  deskcollect ledger repair  (it keeps a copy first), or  deskcollect ledger restore BACKUP",
    )


def gone(folder: Path) -> NoReturn:
    """Refuse to begin a second ledger where one was, since its numbers would be given again. Errors: Damaged."""
    raise Damaged(
        f"The ledger that this program had open is gone from {folder}, so nothing new is recorded.",
        "Put its folder back where it was, or run  deskcollect ledger restore BACKUP",
    )
