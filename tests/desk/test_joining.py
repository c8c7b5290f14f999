"""Three desks that work one book apart: once they have heard of one another they say the same of every account."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskcollect import settings as desk_settings
from deskcollect.clock import Clock
from deskcollect.desk import cases, incentives, joining, offers, release, restrictions
from deskcollect.desk.cases import Ask
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.desk.keeping import Keeping, keeping
from deskcollect.errors import BadUse, DeskError, UnknownAccount
from deskcollect.ledger import adoptions
from deskcollect.records import Entry
from deskcollect.vocabulary import CaseAction, Verdict
from tests.desk.builders import AS_OF, BO, TOLD, Row, Tables, account, at, desk_of, equal_days, statements
from tests.desk.team import PEOPLE, cycles

CY: Row = {"customer_id": "C3", "customer_name": "Cy Marlow", "phone": "+44 7700 900003"}
NAMES = ("north", "front", "south")
TEAM = replace(TOLD, people=PEOPLE, team={name: name for name in NAMES})
LATE = [{**row, "cycles_past_due": n} for n, row in enumerate(statements("A2", 300, 300, 0))]
BOOK = Tables(
    [
        account("A1", past_due=2000, days_past_due=70),
        account("A1b", past_due=300),
        account("A2", BO),
        account("A3", CY, past_due=0, days_past_due=0),
    ],
    [*cycles("A1", 2, 5000), *LATE, *statements("A1b", 500, 0), *cycles("A3", 0, 5000)],
)
ACCOUNTS = ("A1", "A1b", "A2", "A3")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a desk that is made once."""
    folder = tmp_path_factory.mktemp("template")
    desk_of(folder, BOOK, told=TEAM).close()
    return folder / "desk"


def desks_in(folder: Path, template: Path) -> list[Desk]:
    """Return three desks with the same book."""
    made: list[Desk] = []
    for name in NAMES:
        shutil.copytree(template, folder / name)
        desk_settings.write(folder / name, replace(TEAM, name=name, desk_id=name))
        made.append(open_desk(folder / name, Clock.pinned(AS_OF, TEAM.zone)))
    return made


def kept(desk: Desk) -> Keeping:
    """Return what looks after the ledger of a desk."""
    return Keeping(desk.folder, desk.settings, desk.ledger, desk.clock)


def pass_on(one: Desk, other: Desk, *, new_only: bool = False) -> joining.Merged:
    """Export at one desk and merge at another."""
    path = one.folder.parent / f"{one.settings.name}.ledger"
    joining.write_bundle(kept(one), path, joining.known_at(kept(one), other.settings.name) if new_only else 0)
    return joining.take_in(kept(other), path, by="mei")


def act(desk: Desk, chance: random.Random) -> None:
    """Do something that people do; what the desk refuses is not done."""
    day = desk.load()
    account_id, by = chance.choice(ACCOUNTS), chance.choice(["ana", "ben", "mei", "jo"])
    what = chance.choice(["record", "record", "promise", "undo", "case", "case", "restrict", "sign", "measure"])
    back = timedelta(hours=chance.choice([0, 1, 1, 2, 25, 200]))
    when = at(AS_OF) - back
    try:
        match what:
            case "record":
                code = chance.choice(["NA", "BZ", "WN", "RP", "CLM", "HARD", "CMPL", "SMS", "NOTE", "SKIP", "NC"])
                desk.record(day, Entry(account_id, code, by, occurred_at=when, contact_point="mobile"))
            case "promise":
                due = (when + timedelta(days=chance.choice([1, 3, 6]))).date()
                amount = desk.load().row(account_id)["past_due"] / chance.choice([1, 2])
                desk.record(day, Entry(account_id, "PTP", by, amount=amount, due_date=due, occurred_at=when))
            case "undo":
                ids = desk.ledger.events(desk.zone).select("event_id").collect()["event_id"].to_list()
                if ids:
                    desk.undo(day, chance.choice(sorted(ids)), by=by, reason="mistaken")
            case "case":
                action = chance.choice(["acknowledge", "close", "close", "snooze", "assign", "escalate", "suppress"])
                more: dict[str, Any] = {"close": {"verdict": chance.choice(list(Verdict)), "reason": "seen"}}.get(action, {})
                more |= {"until": AS_OF + timedelta(days=3), "reason": "waits"} if action in {"snooze", "suppress"} else {}
                more |= {"owner": chance.choice(["ana", "ben"])} if action == "assign" else {}
                more |= {"reason": "look"} if action == "escalate" else {}
                cases.decide(desk, day, [account_id], Ask(CaseAction(action), by, **more))
            case "restrict":
                asked = restrictions.Asked(account_id, "told", reason=chance.choice(["CASH3", "FRAUD", "OVERLIMIT"]))
                restrictions.impose(desk, day, [asked], by=by)
            case "sign":
                make = chance.choice([restrictions.lift, restrictions.approve, restrictions.refuse])
                make(desk, day, [restrictions.Asked(account_id, "settled")], by=by)
            case _:
                measure = chance.choice([each.id for each in desk.policies.incentives.measures])
                make_measure = chance.choice([incentives.propose, incentives.approve, incentives.withdraw])
                make_measure(desk, day, [incentives.Asked(account_id, "told", measure=measure)], by=by)
    except (BadUse, UnknownAccount):
        pass


def views(desk: Desk) -> tuple[object, ...]:
    """Return what the desk says beyond its table: restrictions, proposals, cases, what was withdrawn."""
    day = desk.load()
    folded = restrictions.known(desk, day)
    proposals = offers.known(desk, day)
    found = [
        [(c.number, c.state, c.level, c.owner, c.verdict, len(c.steps)) for c in cases.of_account(desk, day, each)]
        for each in ACCOUNTS
    ]
    said = [[event.event_id for event in desk.ledger.history(account=each)] for each in ACCOUNTS]
    bare = [replace(each, events=()) for each in folded.restrictions]
    return (
        bare,
        folded.proofs,
        folded.passed,
        [replace(each, events=()) for each in proposals.proposals],
        proposals.passed,
        found,
        said,
        desk.withdrawn(),
        len(release.queue(desk, day)) if hasattr(release, "queue") else 0,
    )


@given(seed=st.integers(0, 10_000), steps=st.integers(4, 16))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_merging_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, template: Path, seed: int, steps: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  # a test draws lots
    desks = desks_in(tmp_path_factory.mktemp("desks"), template)
    for _ in range(steps):
        one, other = chance.sample(desks, 2)
        if chance.random() < 0.3:
            pass_on(one, other, new_only=chance.random() < 0.5)
        else:
            act(one, chance)
    for _ in range(2):
        for one, other in chance.sample([(one, other) for one in desks for other in desks if one is not other], 6):
            pass_on(one, other)
    first, *others = desks
    for desk in desks:
        desk.clock = Clock.pinned(AS_OF + timedelta(days=1), desk.zone)
    day = first.load()
    for desk in others:
        equal_days(desk.load(), day)
        assert views(desk) == views(first)
    for desk in desks:
        assert desk.ledger.verify().ok
        desk.close()
