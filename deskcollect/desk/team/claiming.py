"""Who is about to contact a customer: so that two collectors do not ring one at the same time.

Claims are kept beside the ledger of this machine and, where the team has a server, there too. Where it cannot be asked they
hold for this machine, and the first visit that finds it again passes them on. Desks that work apart cannot see one
another's claims; they keep to their shares of the book.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from deskcollect.errors import Busy
from deskcollect.ledger.claims import MINUTES
from deskcollect.ledger.files.claims import ClaimsHere, this_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.team.visits import Tie
    from deskcollect.desk.upkeep.keeping import Keeping
    from deskcollect.ledger.claims import Claims
    from deskcollect.records import Claim

__all__ = ["MINUTES", "Released", "Taken", "is_own", "other", "others", "pass_on", "release", "standing", "take"]


@dataclass(frozen=True, slots=True)
class Taken:
    """The claim that stands once one was asked for, one's own or another's; and whether the team knows, where it has a server."""

    claim: Claim
    mine: bool
    team_knows: bool = True


@dataclass(frozen=True, slots=True)
class Released:
    """Whether there was a claim to give back, and whether the team knows, where it has a server."""

    had: bool
    team_knows: bool = True


def take(
    desk: Desk, customer_id: str, by: str, *, minutes: int = MINUTES, tie: Tie | None = None, of_program: bool = False
) -> Taken:
    """Claim a customer, or renew one's own claim. On this machine one `of_program` ends with this program.

    Errors: Busy, NotRecorded.
    """
    here, now = _here(desk, of_program=of_program), desk.clock.now()
    claim = here.take(customer_id, by, now=now, minutes=minutes)
    if claim.by != by or tie is None:
        return Taken(claim, claim.by == by)

    def asked(claims: Claims) -> Claim:
        return claims.take(customer_id, by, now=now, minutes=minutes)

    try:
        there = tie.ask(asked)
    except Busy:
        here.release(customer_id, by)
        raise
    if there is None:
        return Taken(claim, mine=True, team_knows=False)
    mine = is_own(desk, there, by)
    if not mine:
        here.release(customer_id, by)
    return Taken(there, mine)


def release(desk: Desk, customer_id: str, by: str, *, tie: Tie | None = None) -> Released:
    """Give one's claim back. Errors: Busy, NotRecorded."""
    had = _here(desk).release(customer_id, by)
    if tie is None:
        return Released(had)
    there = tie.ask(lambda claims: claims.release(customer_id, by))
    return Released(had or bool(there), team_knows=there is not None)


def pass_on(desk: Desk | Keeping, claims: Callable[[], Claims]) -> None:
    """Claim at the team what is claimed on this machine and not known there; what somebody else has there is given back here.

    Errors: as whatever gives the team's claims; Busy, NotRecorded.
    """
    here, now = _here(desk), desk.clock.now()
    mine = here.standing(now) if desk.settings.desk_id else ()
    if not mine:
        return
    there = claims()
    known = {each.customer_id: each for each in there.standing(now)}
    for each in mine:
        stands = known.get(each.customer_id)
        if stands is None:
            left = ceil((each.until - now) / timedelta(minutes=1))
            stands = there.take(each.customer_id, each.by, now=now, minutes=left)
        if not is_own(desk, stands, each.by):
            here.release(each.customer_id, each.by)


def standing(desk: Desk, *, tie: Tie | None = None) -> tuple[Claim, ...]:
    """Return the claims that have not ended, one a customer; where the team can be asked, what it says comes first."""
    now = desk.clock.now()
    there = tie.ask(lambda claims: claims.standing(now)) if tie else None
    found = {each.customer_id: each for each in (*_here(desk).standing(now), *(there or ()))}
    return tuple(found.values())


def others(desk: Desk, by: str, *, tie: Tie | None = None) -> Mapping[str, Claim]:
    """Return the claims that somebody else has, by customer."""
    return {each.customer_id: each for each in standing(desk, tie=tie) if not is_own(desk, each, by)}


def other(desk: Desk, customer_id: str, by: str, *, tie: Tie | None = None) -> Claim | None:
    """Return the claim that somebody else has on a customer, None where nobody has."""
    return others(desk, by, tie=tie).get(customer_id)


def _here(desk: Desk | Keeping, *, of_program: bool = False) -> ClaimsHere:
    """Return the claims of this machine."""
    return ClaimsHere(desk.state, desk.settings.desk_id, sits=this_program() if of_program else "")


def is_own(desk: Desk | Keeping, claim: Claim, by: str) -> bool:
    """Say whether a claim is that of a person at this desk; one of the same name at another desk is somebody else."""
    return (claim.by, claim.desk) == (by, desk.settings.desk_id)
