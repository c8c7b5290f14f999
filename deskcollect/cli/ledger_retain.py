"""deskcollect ledger retain: what was kept long enough dropped, whole files of the ledger at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.ledger_keep import YesOption, confirm
from deskcollect.cli.options import ByOption, DeskOption, JsonOption
from deskcollect.errors import ExitCode
from deskcollect.present.numbers import several

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.upkeep.keeping import Keeping
    from deskcollect.desk.upkeep.retaining import Plan, Stay

_SHOWN = 12
_FIRST = 3
_WHY = {
    "hold": "on hold: {ids}",
    "promise": "a promise or plan that is not at its end: {ids}",
    "restriction": "a restriction in force: {ids}",
    "case": "an open alert case, or a rule that is switched off: {ids}",
    "measure": "an incentive or consequence that is open, or was given lately: {ids}",
    "stop": "an outcome that keeps the desk from contact: {ids}",
    "callback": "a call back that was asked for: {ids}",
    "number": "a number found bad: {ids}",
    "card": "the promotion of the card that scores, or of the one before it",
    "correction": "the word that a later record was taken back: {ids}",
    "unknown": "a kind of record that this version does not know",
}


def retain(
    years: Annotated[
        int | None,
        typer.Option("--years", metavar="N", help="How long records are kept. Else retain_years in desk.toml."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be dropped, and drop nothing.")] = False,
    yes: YesOption = False,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Drop records for good that are older than some years: whole files of the ledger, the oldest first.

    Nothing is ever dropped by itself. It says first what would go and what stays, and a person must say yes.
    """
    from deskcollect.desk.upkeep import retaining

    with place.opened(desk) as opened:
        wanted = retaining.plan(opened, years)
        if dry_run:
            _show(opened, wanted, json=json)
            return ExitCode.OK
        for text in _intent(opened, wanted):
            diagnostics.say(text)
        if wanted.going:
            confirm(f"Drop {several(wanted.records, 'record', 'records')} for good? (y or n)", yes=yes)
        count = retaining.retire(opened, wanted, by=place.who(opened, by)) if _does_something(wanted) else 0
        head = opened.ledger.head().stamp
        if json:
            output.single({"dropped": count, "head": head} | _object(opened, wanted))
        else:
            output.lines([f"{several(count, 'record', 'records')} dropped. The head of the ledger is {head}."])
    return ExitCode.OK


def _does_something(wanted: Plan) -> bool:
    """Say whether anything goes."""
    return bool(wanted.going or wanted.unfinished)


def _show(desk: Desk, wanted: Plan, *, json: bool) -> None:
    """Print what would be dropped."""
    if json:
        output.single({"dropped": 0, "head": desk.ledger.head().stamp} | _object(desk, wanted))
    else:
        output.lines([*_intent(desk, wanted), "Nothing was dropped: this was a dry run."])


# --- words -----------------------------------------------------------------------------------------------------------


def _intent(desk: Desk, wanted: Plan) -> Iterator[str]:
    """Say what would go, what stays and why, and what to do before."""
    if wanted.unfinished:
        left = several(wanted.unfinished, "file was", "files were")
        yield f"{left} dropped by an earlier retention that was cut short: it is finished first."
    limit = f"{several(wanted.years, 'year', 'years')} (before {wanted.before:%Y-%m-%d})"
    if not (wanted.going or wanted.stays):
        yield f"No file of the ledger holds only records older than {limit}: nothing is dropped."
        return
    if wanted.going:
        first, last = wanted.going[0].first, wanted.going[-1].last
        yield (
            f"{len(wanted.going):,} of {several(wanted.files, 'file', 'files')} hold nothing but records older than {limit}: "
            f"{several(wanted.records, 'record', 'records')}, from {_day(desk, wanted.oldest)} to "
            f"{_day(desk, wanted.newest)}, numbers {first:,} to {last.seq:,}, last hash {last.hash}."
        )
    if wanted.stays:
        yield f"{several(wanted.stay_files, 'more file is', 'more files are')} as old and stay, kept by records of"
        yield from (f"  {_kept_by(each)}" for each in wanted.stays)
    if wanted.going:
        if wanted.accounts:
            about = several(wanted.accounts, "account of the newest book loses", "accounts of the newest book lose")
            yield f"{about} a part of what is told of them: last contact and score may change."
        yield "Nothing brings them back but a backup:  deskcollect ledger backup FILE"
        yield "Old backups, other desks and the server of a team keep theirs, until the same is done there."


def _kept_by(stay: Stay) -> str:
    """Say why files stay, and how many of them."""
    more = len(stay.ids) - _SHOWN
    ids = ", ".join(stay.ids[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
    why = _WHY[stay.why.value].format(ids=ids)
    return f"{why} ({several(stay.files, 'file', 'files')}; the first of them by {_records(stay)})"


def _records(stay: Stay) -> str:
    """Name the records that keep the first file, each with whom it is about."""
    shown = [f"record {seq:,}{f' of {who}' if who else ''}" for seq, who in stay.first[:_FIRST]]
    more = len(stay.first) - _FIRST
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _day(desk: Desk | Keeping, at: datetime | None) -> str:
    """Return the local day of a time."""
    return f"{at.astimezone(desk.settings.zone):%Y-%m-%d}" if at else "?"


def _object(desk: Desk, wanted: Plan) -> dict[str, Any]:
    """Return what would go and what stays, for a program."""
    return {
        "years": wanted.years,
        "before": wanted.before,
        "files": len(wanted.going),
        "records": wanted.records,
        "first": wanted.going[0].first if wanted.going else None,
        "last": wanted.going[-1].last.seq if wanted.going else None,
        "hash": wanted.going[-1].last.hash if wanted.going else "",
        "oldest": wanted.oldest and wanted.oldest.astimezone(desk.zone),
        "newest": wanted.newest and wanted.newest.astimezone(desk.zone),
        "accounts": wanted.accounts,
        "files_kept": wanted.stay_files,
        "kept_by": [_kept_object(each) for each in wanted.stays],
    }


def _kept_object(stay: Stay) -> dict[str, Any]:
    """Return why files stay, for a program."""
    first = [{"record": seq, "of": who} for seq, who in stay.first]
    return {"why": stay.why, "ids": list(stay.ids), "files": stay.files, "first": first}


def was_dropped(kept: Keeping, begins: int) -> Iterator[str]:
    """Say in one line what retentions dropped, and where one was cut short that, too."""
    from deskcollect.desk.upkeep import retaining

    told, left = retaining.dropped(kept)
    if begins > 1 and told and told[-1].years and told[-1].last == begins - 1:
        last = told[-1]
        span = f"{last.first:,} to {last.last:,}, from {_day(kept, last.oldest)} to {_day(kept, last.newest)},"
        earlier = f" The {last.first - 1:,} before went earlier." if last.first > 1 else ""
        yield (
            f"It begins with record {begins:,}: records {span} were dropped on {_day(kept, last.retired_at)} by {last.by}, "
            f"as older than {several(last.years, 'year', 'years')}.{earlier}"
        )
    elif begins > 1:
        yield f"It begins with record {begins:,}: earlier ones were dropped when they had been kept long enough."
    if left:
        files = several(left, "file that was dropped is", "files that were dropped are")
        yield f"{files} still there, since it was cut short: finish it with  deskcollect ledger retain"
