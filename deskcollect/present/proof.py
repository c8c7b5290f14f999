"""What does not prove itself in a ledger, and the way out of each kind of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskcollect.desk.keeping import Report


def wrong(report: Report) -> list[str]:
    """Return a sentence for each thing that does not prove itself."""
    ending = () if report.ok or not report.ending else report.ending.sentences()
    return [*(each.sentence() for each in report.damage), *(each.sentence() for each in report.unproved), *ending]


def ways(report: Report) -> list[str]:
    """Return what can be done, one sentence a kind of finding, the same way out once."""
    emptied = any(each.emptied for each in report.damage)
    kinds = (("what somebody emptied", emptied), ("what its desk did not write", bool(report.unproved)))
    lost = " and ".join(what for what, there in kinds if there)
    found = []
    if report.misplaced:
        found.append(
            f"The files of the ledger stand in the wrong order: {report.misplaced} holds records that belong before those of "
            "another file. Give the files their right names again, or run  deskcollect ledger restore BACKUP"
        )
    elif report.is_mendable:
        found.append("deskcollect ledger repair  keeps all that proves itself, and writes down what is lost.")
    if lost:
        found.append(f"No repair mends {lost}; a backup from before has it:  deskcollect ledger restore BACKUP")
    return found
