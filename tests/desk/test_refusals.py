"""What would be refused is what is refused, for every decision and every case."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from deskcollect.desk.alerts import triage
from deskcollect.desk.alerts.cases import Ask, decide
from deskcollect.desk.make import make_demo
from deskcollect.vocabulary import CaseAction, Verdict


@pytest.mark.parametrize(
    "ask",
    [
        Ask(CaseAction.ACKNOWLEDGE, "ana"),
        Ask(CaseAction.ASSIGN, "ana", owner="mei"),
        Ask(CaseAction.SNOOZE, "ana", reason="x", until=date(2026, 10, 10)),
        Ask(CaseAction.CLOSE, "ana", reason="x", verdict=Verdict.USEFUL),
        Ask(CaseAction.CLOSE, "mei", reason="x", verdict=Verdict.USEFUL),
        Ask(CaseAction.SUPPRESS, "ana", reason="x", until=date(2026, 10, 10), rule="rolling"),
    ],
)
def test_what_would_be_refused_is_refused(tmp_path: Path, ask: Ask) -> None:
    desk = make_demo(tmp_path / "demo")
    day = desk.load()
    named = [*day.table["account_id"][:150], "nobody"]
    told = triage.refusals(desk, day, named, ask)
    assert told == decide(desk, day, named, ask).refused
    assert 0 < len(told) < len(named)
    desk.close()


def test_a_case_goes_to_whom_the_policy_names(tmp_path: Path) -> None:
    desk = make_demo(tmp_path / "demo")
    assert (triage.successor(desk, "ana"), triage.successor(desk, "mei")) == ("mei", "")
    desk.close()
