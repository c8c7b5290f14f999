"""What people decided about cases, restrictions and measures: the acts of decisions.toml, and how one is told."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskcollect.case import Ask
from deskcollect.desk.decisions import incentives, restrictions
from deskcollect.vocabulary import CaseAction, Channel, Finding, Proof, RestrictionKind, Verdict
from scripts.demo.events import day, moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from scripts.demo.roster import Account

DECISIONS = Path(__file__).with_name("decisions.toml")


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one person about some accounts. `does` names the desk's function, for a case the action.

    A work order asks nothing of single accounts: it holds what was not ordered before.
    """

    at: datetime
    by: str
    does: str
    accounts: tuple[str, ...]
    asked: Ask | restrictions.Asked | incentives.Asked | None = None


def decisions() -> dict[str, Any]:
    """Read what was decided."""
    return tomllib.loads(DECISIONS.read_text("utf-8"))


def acts(told: Mapping[str, Any], accounts: Sequence[Account]) -> list[Act]:
    """Return the acts that are told by name, in the order of time.

    Errors: ValueError where nobody is called so.
    """
    names = {one.chosen.key: one.account_id for one in accounts}
    names |= {one.chosen.role: one.account_id for one in accounts if one.chosen.role}
    unknown = [one["who"] for kind in _MADE for one in told[kind] if one["who"] not in names]
    if unknown:
        message = f"decisions.toml names accounts that the demo has not: {', '.join(unknown)}"
        raise ValueError(message)
    found = [_act(kind, one, names[one["who"]], step) for kind in _MADE for one in told[kind] for step in one["acts"]]
    found += [Act(moment(one["at"]), one["by"], "order", ()) for one in told["order"]]
    return sorted(found, key=lambda act: act.at)


def named(told: Mapping[str, Any], accounts: Sequence[Account]) -> frozenset[str]:
    """Return the accounts whose cases are told by name."""
    who = {one["who"] for one in told["case"]}
    return frozenset(one.account_id for one in accounts if {one.chosen.key, one.chosen.role} & who)


def _act(kind: str, told: Mapping[str, Any], account_id: str, step: Mapping[str, Any]) -> Act:
    """Return one act."""
    asked = _MADE[kind]({**told, **step}, account_id)
    return Act(moment(step["at"]), step["by"], step["does"], (account_id,), asked)


def _case(told: Mapping[str, Any], account_id: str) -> Ask:
    """Return what is decided about a case."""
    del account_id
    return Ask(
        action=CaseAction(told["does"]),
        by=told["by"],
        reason=told.get("why", ""),
        until=day(told["until"]) if "until" in told else None,
        owner=told.get("to", ""),
        verdict=Verdict(told["verdict"]) if "verdict" in told else None,
        rule=told.get("rule", ""),
    )


def _restriction(told: Mapping[str, Any], account_id: str) -> restrictions.Asked:
    """Return what is wanted of a restriction. Only who imposes or varies names its kind and its limit."""
    fresh = told["does"] in ("impose", "vary")
    return restrictions.Asked(
        account_id,
        note=told.get("why", ""),
        kind=RestrictionKind(told["kind"]) if fresh and "kind" in told else None,
        reason=told["reason"],
        limit=Decimal(told["limit"]) if fresh and "limit" in told else None,
        review_on=day(told["until"]) if "until" in told else None,
        proof=Proof(told["proof"]) if "proof" in told else None,
        found=Finding(told.get("found", Finding.CONFIRMED)),
    )


def _measure(told: Mapping[str, Any], account_id: str) -> incentives.Asked:
    """Return what is wanted of an incentive or a consequence."""
    channel = Channel(told["channel"]) if "channel" in told else None
    return incentives.Asked(account_id, told.get("why", ""), told["measure"], channel)


_MADE: dict[str, Any] = {"case": _case, "restriction": _restriction, "measure": _measure}
