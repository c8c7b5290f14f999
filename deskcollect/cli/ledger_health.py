"""What the doctor finds about a ledger: its records, whether another can be written, where it lies, its server, its notes."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from deskcollect.cli.finding import Finding, judged, well
from deskcollect.desk.desk import LEDGER
from deskcollect.desk.upkeep import keys
from deskcollect.present.numbers import several
from deskcollect.present.proof import ways, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.upkeep.keeping import Report

_ROOM_BYTES = 100 * 1024 * 1024
_SHOWN = 3


def findings(desk: Desk) -> Iterator[Finding]:
    """Check every record, whether another can be written, and what the ledger needs beside it."""
    report = desk.ledger.verify()
    yield from _records(desk, report)
    yield from _place(desk, report)
    yield from _identity(desk)
    yield from _server(desk)
    yield from _notes(desk)


def _records(desk: Desk, report: Report) -> Iterator[Finding]:
    """Say whether every record proves itself, and what is missing for a reason."""
    told = f"head {report.head.stamp}" if report.head.seq else "empty"
    told += f", {several(len(report.gaps), 'declared gap', 'declared gaps')}" if report.gaps else ""
    told += f", {several(report.erased, 'record', 'records')} erased" if report.erased else ""
    found, ending = wrong(report), report.ending.sentences() if report.ending else ()
    if report.ok and ending:
        yield Finding("last write", "warn", " ".join(ending), "The next record puts them into quarantine.bin.")
    more = f" And {len(found) - _SHOWN:,} more." if len(found) > _SHOWN else ""
    yield judged(
        "ledger",
        f"{desk.folder / LEDGER}: {several(report.records, 'record', 'records')} in "
        f"{several(report.segments, 'file', 'files')}, {told}",
        good=report.ok,
        remedy=f"{' '.join(found[:_SHOWN])}{more} {' '.join(ways(report))}".strip(),
    )
    if report.unfinished:
        yield Finding(
            "erasure",
            "warn",
            f"{several(report.unfinished, 'record', 'records')} to be erased still there",
            "Finish it with  deskcollect ledger erase --finish",
        )


def _place(desk: Desk, report: Report) -> Iterator[Finding]:
    """Say whether another record can be written, and what speaks against the folder."""
    health = desk.ledger.health()
    yield judged(
        "writable",
        "yes" if health.writable else "no",
        good=health.writable,
        remedy="Check the rights of the ledger's folder, that  lock  in it is a plain file, and its damage; nothing can be "
        "recorded.",
    )
    yield judged(
        "lock",
        f"held by {health.lock_holder}" if health.lock_holder else "free",
        good=not health.lock_holder,
        remedy="Wait, or end that program if it hangs.",
        otherwise="warn",
    )
    yield judged(
        "free space",
        f"{health.free_bytes / 1024**3:,.1f} GB",
        good=health.free_bytes >= _ROOM_BYTES,
        remedy="Make room: under 100 MB the next import may not fit.",
        otherwise="warn",
    )
    yield judged(
        "place",
        f"looks like {health.place}" if health.place else "a local disk",
        good=not health.place,
        remedy="Move the desk to a local disk: networks and synchronising programs can break a ledger. Desks that work "
        "apart meet by  deskcollect ledger export  and  merge",
        otherwise="warn",
    )
    if health.quarantined_bytes:
        torn = "what stood at the end of a file and was no whole record, as an interrupted write leaves it"
        found = f"{health.quarantined_bytes:,} bytes in quarantine.bin: "
        found += "also what a repair took out of damaged files" if report.gaps else torn
        if report.lost:
            away = f"{found}. It had been said to be recorded: {'; '.join(report.lost)}"
            yield Finding("quarantine", "warn", away, "Look for them in a backup, at another desk or on paper.")
        else:
            yield well("quarantine", found)
    if health.copies:
        names = ", ".join(health.copies)
        yield Finding("copies", "fail", f"beside the ledger: {names}", "Two machines wrote it. Move the desk to one.")


def _identity(desk: Desk) -> Iterator[Finding]:
    """Say whether this desk can be told from others, and what lies beside its ledger."""
    told, team = desk.settings.desk_id, desk.settings.team
    if not told:
        yield Finding("desk id", "warn", "none: entries cannot be brought together", "deskcollect ledger adopt")
    elif team and told not in team.values():
        found = f"{told} is not in [team] of desk.toml, so it has no share of the book"
        yield Finding("desk id", "warn", found, f'Write  {desk.settings.name} = "{told}"  there, at every desk.')
    beside = sorted(path.name for path in desk.folder.glob(f"{LEDGER}-*"))
    if beside:
        found = f"{', '.join(beside)}: a ledger as it was before, with what was erased since"
        yield Finding("old copies", "warn", found, "Once all is well, remove them.")


def _server(desk: Desk) -> Iterator[Finding]:
    """Say whether the server of the team can be reached, and how much waits for it."""
    if not desk.settings.ledger:
        return
    from deskcollect.desk.team.visits import Tie

    with closing(Tie(desk)) as tie:
        told = tie.visit(desk.settings.me, patient=False)
    wait = f"; {several(told.waiting, 'entry waits', 'entries wait')} here" if told.waiting else ""
    if told.error is None:
        yield well("server", f"reached; {told.sent:,} sent, {told.taken:,} taken{wait}")
    else:
        yield Finding("server", "warn", f"{told.error.message.rstrip('.')}{wait}", told.error.remedy)


def _notes(desk: Desk) -> Iterator[Finding]:
    """Say how notes are kept, and whether what that needs is installed and there."""
    sealed = desk.settings.notes == keys.SEALED
    if sealed and find_spec("cryptography") is None:
        yield Finding("notes", "fail", "sealed, and nothing here can open them", 'pip install "cryptography>=45"')
    elif sealed and not keys.place(desk.folder).is_dir():
        found = "sealed, and the folder keys/ is missing: no note can be kept, and none that is sealed be read"
        new = (
            "Put keys/ back from its backup, or make new keys, which open no older note, with  deskcollect ledger seal"
        )
        yield Finding("notes", "fail", found, new)
    elif broken := keys.damaged(desk):
        more = f" and {len(broken) - _SHOWN:,} more" if len(broken) > _SHOWN else ""
        found = f"damaged in keys/: {', '.join(broken[:_SHOWN])}{more}; what is sealed by them cannot be read"
        yield Finding(
            "notes", "fail", found, "Put keys/ back from its backup; records without a note can be made meanwhile."
        )
    else:
        if desk.settings.notes != "plain":
            yield well("notes", desk.settings.notes)
        if lost := keys.lost(desk):
            found = f"keys/ lacks the keys of {several(lost, 'sealed note', 'sealed notes')}, which nobody can read"
            yield Finding("keys", "warn", found, "If an older copy of keys/ has them, put its files back.")


def unfinished(folder: Path) -> Iterator[Finding]:
    """Say what a restore left beside the ledger that was cut short."""
    from deskcollect.desk.upkeep import copies

    left = " and ".join(copies.unfinished(folder))
    if left:
        found = f"{left} beside the ledger: a second copy of records that nothing reads, left by a restore that was cut short"
        again = "Restore again with  deskcollect ledger restore BACKUP , or remove it, if no other program is restoring now."
        yield Finding("restore", "warn", found, again)
