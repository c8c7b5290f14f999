"""Three desks that work one book apart: once they have heard of one another they say the same of every account."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskcollect import desk_toml
from deskcollect import settings as desk_settings
from deskcollect.clock import Clock
from deskcollect.desk.alerts import cases
from deskcollect.desk.alerts.cases import Ask
from deskcollect.desk.decisions import incentives, offers, release, restrictions
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.desk.team import joining
from deskcollect.desk.upkeep.keeping import Keeping, keeping
from deskcollect.errors import BadUse, LedgerError, UnknownAccount
from deskcollect.ledger.replication import adoptions
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
                more: dict[str, Any] = {"close": {"verdict": chance.choice(list(Verdict)), "reason": "seen"}}.get(
                    action, {}
                )
                more |= (
                    {"until": AS_OF + timedelta(days=3), "reason": "waits"} if action in {"snooze", "suppress"} else {}
                )
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


@given(seed=st.integers(0, 10_000), steps=st.integers(4, 14))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_merging_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, template: Path, seed: int, steps: int
) -> None:
    chance = random.Random(seed)  # a test draws lots
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


# --- two desks that decide the same thing ----------------------------------------------------------------------------


@pytest.fixture
def desks(tmp_path: Path, template: Path) -> list[Desk]:
    """Return three desks with the same book."""
    return desks_in(tmp_path, template)


def brought_together(desks: list[Desk]) -> None:
    """Let every desk hear of every other, and see that they agree."""
    for _ in range(2):
        for one in desks:
            for other in desks:
                if one is not other:
                    pass_on(one, other)
    day = desks[0].load()
    for desk in desks[1:]:
        equal_days(desk.load(), day)
        assert views(desk) == views(desks[0])


def test_two_records_of_one_instant_come_in_one_order(desks: list[Desk]) -> None:
    for desk, code in zip(desks, ("RP", "NA", "HARD"), strict=True):
        desk.record(desk.load(), Entry("A1", code, "ana", occurred_at=at(AS_OF, 9)))
    brought_together(desks)


def test_two_leads_who_close_one_case_have_both_closed_it(desks: list[Desk]) -> None:
    north, front, _ = desks
    for desk, by, verdict in ((north, "mei", Verdict.CONFIRMED), (front, "jo", Verdict.FALSE_ALARM)):
        done = cases.decide(desk, desk.load(), ["A1"], Ask(CaseAction.CLOSE, by, verdict=verdict, reason="seen"))
        assert not done.refused
    brought_together(desks)


def test_of_two_signatures_the_first_counts_and_the_other_is_told(desks: list[Desk]) -> None:
    north, front, _ = desks
    restrictions.impose(north, north.load(), [restrictions.Asked("A1", "told", reason="CASH3")], by="ana")
    restrictions.lift(north, north.load(), [restrictions.Asked("A1", "settled")], by="mei")
    pass_on(north, front)
    approved = restrictions.approve(north, north.load(), [restrictions.Asked("A1", "yes")], by="jo")
    front.clock = Clock.pinned(AS_OF, front.zone, after=at(AS_OF, 11))
    refused = restrictions.refuse(front, front.load(), [restrictions.Asked("A1", "no")], by="jo")
    assert len(approved.events) == len(refused.events) == 1
    brought_together(desks)
    found = restrictions.known(front, front.load())
    assert [each.state.value for each in found.restrictions] == ["lifted"]
    assert [each.event_id for each in found.passed] == [refused.events[0].event_id]


def test_two_restrictions_imposed_apart_both_stand(desks: list[Desk]) -> None:
    for desk in desks:
        restrictions.impose(desk, desk.load(), [restrictions.Asked("A1", "told", reason="CASH3")], by="ana")
    brought_together(desks)
    assert len(restrictions.known(desks[0], desks[0].load()).of("A1")) == 3


def test_one_record_taken_back_at_two_desks_is_taken_back_once(desks: list[Desk]) -> None:
    north, front, _ = desks
    done = north.record(north.load(), Entry("A1", "RP", "ana"))
    before = front.load().row("A1")["score"]
    pass_on(north, front)
    for desk in (north, front):
        desk.undo(desk.load(), done.receipt.event_id, by="ana", reason="mistaken")
    brought_together(desks)
    assert front.load().row("A1")["score"] == before


def test_two_proposals_of_one_measure_agree_everywhere(desks: list[Desk]) -> None:
    for desk, by in zip(desks, ("ana", "ben", "mei"), strict=True):
        day = desk.load()
        for measure in desk.policies.incentives.measures:
            asked = [incentives.Asked(each, "told", measure=measure.id) for each in ACCOUNTS]
            incentives.propose(desk, day, asked, by=by)
    brought_together(desks)


# --- another id ------------------------------------------------------------------------------------------------------


def opened(desk: Desk) -> Keeping:
    """Return what looks after the ledger of a desk, its desk.toml read anew."""
    return Keeping(desk.folder, desk_settings.read(desk.folder), desk.ledger, desk.clock)


@pytest.mark.parametrize("after", [None, 0])
def test_an_adoption_that_came_to_its_half_is_finished_by_the_next(
    desks: list[Desk], monkeypatch: pytest.MonkeyPatch, after: int | None
) -> None:
    desk = desks[0]
    desk.record(desk.load(), Entry("A1", "NA", "ana"))

    def torn(folder: Path, desk_id: str) -> None:
        raise OSError(5, f"{folder} {desk_id}")

    with monkeypatch.context() as patch:
        patch.setattr(desk_toml, "rename_desk", torn)
        with pytest.raises(LedgerError, match="cannot be written"):
            joining.adopt(opened(desk), by="mei", after=after)
    assert desk_settings.read(desk.folder).desk_id == "north"
    head = desk.ledger.head()
    done = joining.adopt(opened(desk), by="mei", after=after)
    assert done.finished
    assert desk.ledger.head() == head, "nothing is written twice"
    assert desk_settings.read(desk.folder).desk_id == done.now == adoptions.adoptions(desk.ledger.backend.lines)[0].now
    assert done.in_team == "north"
    told = pass_on(replace_settings(desk), desks[1])
    assert told.of == ((done.now if after == 0 else "north", 1),)


def replace_settings(desk: Desk) -> Desk:
    """Return a desk with its desk.toml read anew."""
    return Desk(desk.folder, desk_settings.read(desk.folder), desk.written, desk.ledger, desk.clock)


def test_an_adoption_tried_again_from_another_number_on_counts(
    desks: list[Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desks[0]
    for code in ("NA", "BZ"):
        desk.record(desk.load(), Entry("A1", code, "ana"))

    def torn(folder: Path, desk_id: str) -> None:
        raise OSError(5, f"{folder} {desk_id}")

    with monkeypatch.context() as patch:
        patch.setattr(desk_toml, "rename_desk", torn)
        with pytest.raises(LedgerError, match="cannot be written"):
            joining.adopt(opened(desk), by="mei")
    done = joining.adopt(opened(desk), by="mei", after=1)
    assert not done.finished
    told = pass_on(replace_settings(desk), desks[1])
    assert told.of == tuple(sorted([("north", 1), (done.now, 1)]))


@pytest.mark.parametrize(("desk_id", "after"), [("north", 5), ("north", -1), ("", 1)])
def test_an_adoption_from_a_number_that_cannot_be_is_refused(desks: list[Desk], desk_id: str, after: int) -> None:
    desk = desks[0]
    desk.record(desk.load(), Entry("A1", "NA", "ana"))
    kept_so = Keeping(desk.folder, replace(desk.settings, desk_id=desk_id), desk.ledger, desk.clock)
    with pytest.raises(BadUse):
        joining.adopt(kept_so, by="mei", after=after)
    assert desk.ledger.head().seq == 1


def test_the_ledger_can_be_looked_after_where_the_desk_is_closed(desks: list[Desk]) -> None:
    desk = desks[0]
    desk.record(desk.load(), Entry("A1", "NA", "ana"))
    desk.close()
    with keeping(desk.folder) as found:
        assert joining.write_bundle(found, desk.folder / "x.ledger", 0).lines == 1
