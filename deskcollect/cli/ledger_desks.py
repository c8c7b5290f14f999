"""deskcollect ledger merge and adopt: desks that work one book and meet by stick or mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, files, output, place
from deskcollect.cli.ledger_sync import left_out, say_to_erase
from deskcollect.cli.options import ByOption, DeskOption, JsonOption
from deskcollect.cli.table import Column, table
from deskcollect.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.team.joining import Adopted, Conflict, Merged
    from deskcollect.desk.upkeep.keeping import Keeping
    from deskcollect.present.lines import Line
    from deskcollect.records import Event


def merge(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that ledger export wrote at another desk.")],
    skip: Annotated[
        list[str] | None, typer.Option("--skip", metavar="ID", help="Leave this entry of theirs out; may be repeated.")
    ] = None,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Take in what another desk recorded. Taken in twice, nothing changes.

    Each entry is proved first. Exits with 1 and takes nothing in where two entries under one id differ.
    """
    from deskcollect.desk.team import joining
    from deskcollect.desk.upkeep import erasure

    files.readable(file)
    with place.kept(desk) as kept:
        merged = joining.take_in(kept, file, by=place.who(kept, by), skip=skip or ())
        waiting = erasure.waiting(kept)
        if json:
            output.single(_object(kept, merged) | {"to_erase": waiting})
        else:
            output.lines(_conflicts(kept, merged) if merged.conflicts else _report(kept, merged))
    if merged.conflicts:
        diagnostics.say("Nothing was taken in. Keep yours and leave theirs out with  --skip ID  for each of these.")
        return ExitCode.DATA
    say_to_erase(waiting)
    return ExitCode.OK


def adopt(
    after: Annotated[
        int | None,
        typer.Option("--after", metavar="N", help="Entries above this number get the new id too. Else only new ones."),
    ] = None,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Give this desk another id: after its folder was copied, or put back from an older copy."""
    from deskcollect.desk.team import joining

    with place.kept(desk) as kept:
        adopted = joining.adopt(kept, by=place.who(kept, by), after=after)
    if json:
        output.single({"was": adopted.was, "now": adopted.now, "after": adopted.after, "finished": adopted.finished})
    else:
        output.lines(_adopted(adopted))
    return ExitCode.OK


# --- words -----------------------------------------------------------------------------------------------------------


def _report(kept: Keeping, merged: Merged) -> Iterator[str]:
    """Say what a merge brought."""
    from deskcollect.desk.team.joining import called

    sender = called(kept, merged.desk, merged.name)
    if merged.skipped:
        yield f"Left out: {', '.join(merged.skipped)}."
    yield from left_out(merged.older)
    if not merged.new or merged.first_at is None or merged.last_at is None:
        yield f"Nothing new from {sender}: {_entries(merged.here)} of it {'is' if merged.here == 1 else 'are'} here."
        return
    first, last = (each.astimezone(kept.clock.zone).date() for each in (merged.first_at, merged.last_at))
    span = f"of {first}" if first == last else f"from {first} to {last}"
    accounts = f"{merged.account_count:,} account{'' if merged.account_count == 1 else 's'}"
    yield f"{sender}: {_entries(merged.new)} taken in, {span}, on {accounts}. {merged.here:,} {'was' if merged.here == 1 else 'were'} here before."
    if any(desk != merged.desk for desk, _ in merged.of):
        for desk, count in merged.of:
            yield f"  {called(kept, desk, merged.name if desk == merged.desk else '')}: {count:,}"


def _entries(count: int) -> str:
    """Return a number of entries in words."""
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _conflicts(kept: Keeping, merged: Merged) -> Iterator[Line | str]:
    """Show entries that say different things under one id, each pair side by side."""
    from deskcollect.desk.team.joining import called

    for each in merged.conflicts:
        ours, theirs = (
            called(kept, event.origin.desk if event.origin else "", merged.name if event is each.theirs else "")
            for event in (each.ours, each.theirs)
        )
        yield f"{each.event_id}"
        cells = (
            told
            for told in zip(_FIELDS, _told(kept, each.ours), _told(kept, each.theirs), strict=True)
            if any(told[1:])
        )
        yield from table(
            [Column(""), Column(f"here ({ours})"), Column(f"theirs ({theirs})")], list(cells), output.width()
        )
        yield ""
    more = merged.conflict_count - len(merged.conflicts)
    if more:
        yield f"and {more:,} more."


_FIELDS = ("account", "kind", "code", "amount", "note", "by", "when", "desk")


def _told(kept: Keeping, event: Event) -> tuple[str, ...]:
    """Return what tells two entries apart."""
    amount = f"{event.amount:f} {event.currency}".rstrip() if event.amount is not None else ""
    when = event.occurred_at.astimezone(kept.clock.zone).isoformat(sep=" ", timespec="seconds")
    desk = event.origin.desk if event.origin else ""
    return event.account_id, str(event.kind), event.code, amount, event.note, event.by, when, desk


def _adopted(adopted: Adopted) -> Iterator[str]:
    """Say what another id means."""
    yield f"This desk has the id {adopted.now}{f', no longer {adopted.was}' if adopted.was else ''}."
    if adopted.finished:
        yield "It was given before and not written to desk.toml; now it is."
    whose = f"Entries up to {adopted.after:,} stay those of {adopted.was}; " if adopted.after and adopted.was else ""
    yield f"{whose}{'all later ones' if whose else 'All entries'} are this desk's own."
    yield "Nothing that was recorded changes. Export again for the other desks."
    if adopted.in_team:
        yield f"[team] in desk.toml has {adopted.in_team} under the old id. If that is this desk, write {adopted.now} there, at"
        yield f"every desk. If {adopted.in_team} works on elsewhere and this is a copy of it, give {adopted.now} a line of its own."


def _object(kept: Keeping, merged: Merged) -> dict[str, Any]:
    """Return what a merge did, for a program."""
    return {
        "desk": merged.desk,
        "name": merged.name,
        "new": merged.new,
        "here": merged.here,
        "accounts": merged.account_count,
        "first_at": merged.first_at,
        "last_at": merged.last_at,
        "of": dict(merged.of),
        "skipped": list(merged.skipped),
        "older": merged.older,
        "conflict_count": merged.conflict_count,
        "conflicts": [_pair(kept, each) for each in merged.conflicts],
    }


def _pair(kept: Keeping, conflict: Conflict) -> dict[str, Any]:
    """Return two entries under one id, for a program."""
    ours, theirs = (dict(zip(_FIELDS, _told(kept, each), strict=True)) for each in (conflict.ours, conflict.theirs))
    return {"event_id": conflict.event_id, "here": ours, "theirs": theirs}
