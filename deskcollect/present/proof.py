"""What does not prove itself in a ledger, and the way out of each kind of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskcollect.desk.upkeep.keeping import Ending, Report


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


def way_back(ending: Ending) -> str:
    """Return how records that are missing at the end may come back, nothing where none are."""
    if not ending.missing:
        return ""
    return (
        "A backup may have what is missing:  deskcollect ledger restore BACKUP  or, where another desk took them in, a file from there: "
        " deskcollect ledger merge FILE"
    )


def of_end(ending: Ending, *, put_aside: bool = False, missed_before: bool = False) -> str:
    """Return one message of the desk about the end of its ledger, nothing where all is well.

    Its first piece stands alone where a line has no room for more. `put_aside`: what does not count was just cut off.
    `missed_before`: what is missing was told already.
    """
    told = ending.sentences(put_aside=put_aside)
    if ending.missing and missed_before:
        told = told[:-1]
    if not told:
        return ""
    if ending.missing and not missed_before:
        short = f"{ending.missing_words[:1].upper()}{ending.missing_words[1:]}"
        return f"{short}: ctrl+n says more.  {' '.join(told)} {way_back(ending)}"
    return f"What stood at the end of the ledger was put aside: ctrl+n says more.  {' '.join(told)}"
