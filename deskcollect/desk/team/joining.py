"""Desks that work one book without a server: what one recorded goes to the others by stick or mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect import desk_toml, settings
from deskcollect.errors import BadUse, LedgerError
from deskcollect.ledger.replication import adoptions, bundle, merging
from deskcollect.ledger.replication.heads import heads
from deskcollect.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from deskcollect.desk.upkeep.keeping import Keeping

SUFFIX = bundle.SUFFIX
Header = bundle.Header  # the doors speak of these without knowing their room
Merged = merging.Merged
Conflict = merging.Conflict


@dataclass(frozen=True, slots=True)
class Adopted:
    """A desk's new id: `was` is the one before, lines above `after` belong to `now`.

    `finished` says that an earlier try had come to its half. `in_team` is the name that [team] gives the old id.
    """

    was: str
    now: str
    after: int
    finished: bool = False
    in_team: str = ""


def write_bundle(kept: Keeping, path: Path, after: int) -> Header:
    """Write what stands above a number in a desk's ledger to a file for another desk.

    Errors: BadUse, Damaged, LedgerError.
    """
    _has_id(kept)
    kept.outside(path)
    try:
        return bundle.write(kept.ledger, path, after=after, name=kept.settings.name, made_at=kept.clock.now())
    except OSError as error:
        raise LedgerError(
            f"The bundle could not be written: {error.strerror or error}. The ledger is as it was.",
            "Check the disk and the folder, and give another file if it stays so.",
        ) from error


def known_at(kept: Keeping, name: str) -> int:
    """Return up to which number a desk of the team is known to have this desk's entries.

    Errors: BadUse where [team] has no such name, or it is this desk.
    """
    team = kept.settings.team
    if name not in team:
        near = did_you_mean(name, team) or "Names stand in [team] of desk.toml, as in  north = “id of that desk”."
        raise BadUse(f"[team] in desk.toml has no desk {name}.", near)
    kept.ledger.backend.lines.refresh()
    known = heads(kept.ledger)
    if team[name] == known.desk:
        raise BadUse(f"{name} is this desk.", "Name the desk that the file is for.")
    return known.told.get(team[name], 0)


def take_in(kept: Keeping, path: Path, *, by: str, skip: Collection[str] = ()) -> Merged:
    """Take in what another desk recorded.

    Errors: BadData that names the line, Fork, BadUse, NewerSchema, LedgerError; OSError when the file cannot be read.
    """
    _has_id(kept)
    with bundle.opened(path) as given:
        team, header = {*kept.settings.team.values()}, given.header
        if team and not {*header.ids} & {*team, *adoptions.ids(kept.ledger)}:
            raise BadUse(
                f"This file is of the desk {header.name or header.desk}, which [team] in desk.toml does not name: nothing was "
                "taken in.",
                f'If it works this book too, write a line for it under [team], as in  north = "{header.desk}"',
            )
        return merging.merge(kept.ledger, given, by=by, at=kept.clock.now(), skip=skip)


def called(kept: Keeping, desk_id: str, name: str = "") -> str:
    """Return what a desk is called: by [team] here, else as it calls itself, else by its id."""
    ours = next((each for each, known in kept.settings.team.items() if known == desk_id), "")
    return ours or name or (kept.settings.name if desk_id == kept.settings.desk_id else desk_id)


def adopt(kept: Keeping, *, by: str, after: int | None = None) -> Adopted:
    """Give a desk a new random id, which its lines above a number have too; by default only what is recorded from now on.

    The ledger is written before desk.toml, so a try that came to its half is finished by the next one.

    Errors: BadUse, BadSettings, LedgerError, also when desk.toml cannot be written.
    """
    lines = kept.ledger.backend.lines
    lines.refresh()
    was, told = kept.settings.desk_id, adoptions.adoptions(lines)
    current = adoptions.owner(was, lines.last.seq + 1, told)
    if current != was and after in (None, told[-1].after):
        _rename(kept, current)
        return Adopted(was, current, told[-1].after, finished=True, in_team=_in_team(kept))
    if after is None:
        after = lines.last.seq if current else 0
    if after and not current:
        raise BadUse("This desk never had an id: all of its entries get the new one.", "Leave --after out.")
    if not 0 <= after <= lines.last.seq:
        raise BadUse(f"This ledger has no entry {after:,}; it ends with {lines.last.seq:,}.", "Give a smaller number.")
    now = settings.new_desk_id()
    adoptions.adopt(kept.ledger, now, after=after, by=by, at=kept.clock.now())
    _rename(kept, now)
    return Adopted(was, now, after, in_team=_in_team(kept))


def _rename(kept: Keeping, desk_id: str) -> None:
    """Write the new id to desk.toml. Errors: LedgerError, which says that the ledger has it already."""
    try:
        desk_toml.rename_desk(kept.folder, desk_id)
    except OSError as error:
        raise LedgerError(
            f"The ledger has the new id {desk_id}, but desk.toml cannot be written: {error.strerror or error}. "
            "What is recorded from now on belongs to the new id.",
            "Make room or check the rights, and finish it:  deskcollect ledger adopt",
        ) from error


def _in_team(kept: Keeping) -> str:
    """Return the name under which [team] has this desk, empty where it has not."""
    return next((name for name, desk_id in kept.settings.team.items() if desk_id == kept.settings.desk_id), "")


def _has_id(kept: Keeping) -> None:
    """Refuse a desk without an id. Errors: BadUse."""
    if not kept.settings.desk_id:
        raise BadUse(
            "This desk has no id, so another could not tell whose its entries are.",
            "Give it one:  deskcollect ledger adopt",
        )
