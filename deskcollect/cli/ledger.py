"""deskcollect ledger: what people recorded, looked after. Each further verb stands in a module of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import (
    ledger_desks,
    ledger_export,
    ledger_privacy,
    ledger_retain,
    ledger_server,
    ledger_sync,
    ledger_take,
    output,
    place,
)
from deskcollect.cli.commands import SETTINGS
from deskcollect.cli.ledger_copies import backup, restore
from deskcollect.cli.ledger_keep import repair
from deskcollect.cli.options import DeskOption, JsonOption
from deskcollect.errors import BadUse, ExitCode
from deskcollect.present.numbers import several
from deskcollect.records import Head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deskcollect.desk.upkeep.keeping import Keeping, Report
    from deskcollect.present.lines import Line

_SHOWN = 20
_STAMP = re.compile(r"(\d{1,18}):([0-9a-f]{16,64})")

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=SETTINGS
)


@app.callback()
def ledger() -> None:
    """What people recorded: check it, copy it, bring desks together."""


@app.command("verify")
def verify(
    head: Annotated[
        str,
        typer.Option("--head", metavar="HEAD", help="A head printed earlier, as in 1311:9f3c2d1e0a4b5c6d."),
    ] = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Read and check every record. Exits with 1 if one does not prove itself.

    That the last records were cut off shows only against a head that was printed before.
    """
    expected = read_head(head) if head else None
    with place.kept(desk) as kept:
        report = kept.ledger.verify(expected=expected)
        if json:
            output.single(_object(report))
        else:
            output.lines(_report(kept, report, head))
    return ExitCode.OK if report.ok else ExitCode.DATA


@app.command("head")
def show_head(desk: DeskOption = None, json: JsonOption = False) -> int:
    """Print the number and hash of the last record, to be written down or compared later."""
    with place.kept(desk) as kept:
        head = kept.ledger.head()
        if json:
            output.single({"desk": head.desk, "seq": head.seq, "hash": head.hash, "head": head.stamp})
        else:
            output.lines([head.stamp])
    return ExitCode.OK


_VERBS: dict[str, Callable[..., int]] = {
    "repair": repair,
    "backup": backup,
    "restore": restore,
    "take": ledger_take.take,
    "export": ledger_export.export,
    "merge": ledger_desks.merge,
    "adopt": ledger_desks.adopt,
    "sync": ledger_sync.sync,
    "server": ledger_server.server,
    "erase": ledger_privacy.erase,
    "hold": ledger_privacy.hold,
    "release-hold": ledger_privacy.release_hold,
    "holds": ledger_privacy.holds,
    "retain": ledger_retain.retain,
    "seal": ledger_privacy.seal,
    "passphrase": ledger_privacy.passphrase,
}
for _name, _verb in _VERBS.items():
    app.command(_name)(_verb)


def read_head(text: str) -> Head:
    """Return a head as it was printed. Errors: BadUse."""
    found = _STAMP.fullmatch(text.strip())
    if found is None:
        raise BadUse(f"“{text}” is no head of a ledger.", "Write it as it was printed, as in 1311:9f3c2d1e0a4b5c6d")
    return Head("", int(found[1]), found[2])


def _report(kept: Keeping, report: Report, head: str) -> Iterator[Line | str]:
    """Say what the check found."""
    from deskcollect.desk.upkeep.repairing import declared
    from deskcollect.present.holes import gaps
    from deskcollect.present.proof import ways

    files = f"{report.segments} file{'' if report.segments == 1 else 's'}"
    count = f"{report.records:,} record{'' if report.records == 1 else 's'}"
    yield f"{kept.settings.name}: {count} in {files}, head {report.head.stamp}."
    yield from ledger_retain.was_dropped(kept, report.begins)
    yield from (damage.sentence() for damage in report.damage)
    yield from (found.sentence() for found in report.unproved[:_SHOWN])
    if len(report.unproved) > _SHOWN:
        yield f"and {len(report.unproved) - _SHOWN:,} more from other desks."
    if report.gaps:
        yield from gaps(declared(kept, report), kept.clock.today())
    yield from _against(report, head)
    yield from ways(report)
    yield from report.ending.sentences() if report.ending else ()
    if report.erased:
        yield f"{several(report.erased, 'record has', 'records have')} no content any more: erased, as the ledger says."
    if report.unfinished:
        left = several(report.unfinished, "record is", "records are")
        yield f"{left} to be erased and still there: finish it with  deskcollect ledger erase --finish"
    if report.ok:
        yield "Every record proves itself."
    elif not (report.damage or report.unproved):
        yield "Every record that is here proves itself. Compare the head with a backup or another desk before recording on;"
        yield "deskcollect ledger restore BACKUP  brings back what a backup holds, and says first what it lacks."


def _against(report: Report, head: str) -> Iterator[str]:
    """Say how the ledger stands against a head that was printed before."""
    if report.as_expected is False and any(g.hole.after.seq < read_head(head).seq < g.hole.seq for g in report.gaps):
        yield f"The head {head} is of a record that is lost."
    elif report.as_expected is False and read_head(head).seq < report.begins - 1:
        yield f"The head {head} is of records that were dropped since: it can no longer be compared."
    elif report.as_expected is False and read_head(head).seq > report.head.seq:
        yield (
            f"The head {head} is not in this ledger, which ends at record {report.head.seq:,}: "
            "later ones were cut off since, or it is of another desk."
        )
    elif report.as_expected is False:
        yield f"The head {head} is not in this ledger: records were cut off or altered since, or it is of another desk."
    elif report.as_expected:
        yield f"The head {head} is in it: nothing recorded up to then was cut off or altered."


def _object(report: Report) -> dict[str, Any]:
    """Return what the check found, for a program."""
    return {
        "ok": report.ok,
        "records": report.records,
        "files": report.segments,
        "head": report.head.stamp,
        "erased": report.erased,
        "unfinished": report.unfinished,
        "damage": [{"seq": d.seq, "file": d.file, "offset": d.offset, "what": d.what} for d in report.damage],
        "gaps": [
            {"after": g.hole.after.seq, "before": g.hole.seq, "file": g.file, "bytes": g.bytes}
            | {"by": g.by, "repaired_at": g.repaired_at}
            for g in report.gaps
        ],
        "begins": report.begins,
        "unproved": [{"seq": each.seq, "desk": each.desk} for each in report.unproved],
        "as_expected": report.as_expected,
        "uncounted_bytes": report.ending.rest.bytes if report.ending and report.ending.rest else 0,
        "said_until": report.ending.said if report.ending else 0,
    }
