"""What is said of the row under the cursor, and of a list without rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deskcollect.desk.account import lost_points
from deskcollect.desk.summary import gravest_alerts
from deskcollect.present import selected
from deskcollect.present.lines import length, plain
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.records import Part
from tests.present.conftest import Told


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_detail_fits_in_every_form(told: Told, glyphs: Glyphs, width: int) -> None:
    words = told.rows(glyphs)
    gravest, flagged = gravest_alerts(told.day.table, 5), told.day.summary.flagged
    for row in told.day.table.head(60).iter_rows(named=True):
        parts = lost_points(told.desk, told.day, row["account_id"])
        lines = [
            *selected.brief(words, row, parts, width),
            *selected.panel(words, row, parts, gravest, flagged, width),
            *selected.side(words, row, parts, gravest, flagged, 57),
            *selected.brief(words, row, parts, width, counted=True),
            *selected.panel(words, row, parts, gravest, flagged, width, counted=True),
            *selected.side(words, row, parts, gravest, flagged, 57, counted=True),
        ]
        assert all(length(entry) <= width for entry in lines)
        assert len(selected.panel(words, row, parts, gravest, flagged, width)) == selected.LINES
        assert len(selected.panel(words, row, parts, gravest, flagged, width, counted=True)) == selected.LINES


def test_only_whole_facts_are_named_as_lost(told: Told) -> None:
    parts = (Part("a fact with a long name", -9), Part("another fact", -7), Part("won", 5), Part("small", -1))
    assert plain(selected.lost(parts, 80)) == " Lost points: a fact with a long name −9, another fact −7, small −1"
    assert plain(selected.lost(parts, 50)) == " Lost points: a fact with a long name −9"
    assert plain(selected.lost((Part("won", 5),), 50)) == " Lost points: none"
    del told


@pytest.mark.parametrize(
    ("state", "said"), [("act", "No hold"), ("wait", "Waits until"), ("verify", "Verify:"), ("hold", "No contact:")]
)
def test_every_state_is_said(told: Told, state: str, said: str) -> None:
    assert said in plain(selected.state(told.rows(), told.having(state=state)))


def test_a_customer_with_several_accounts_is_called_once(told: Told) -> None:
    row = next(
        r for r in told.day.table.iter_rows(named=True) if (r["customer_account_count"] or 0) > 1 and not r["hold_rule"]
    )
    row = {**row, "state": "act"}
    assert f"1 call for {row['customer_account_count']} accounts" in plain(selected.state(told.rows(), row))


def test_alerts_quote_the_evidence_where_it_fits_and_name_the_signal_where_not(told: Told) -> None:
    gravest = gravest_alerts(told.day.table, 5)
    wide = [plain(entry) for entry in selected.alert_lines(told.rows(), gravest, 72, 200)]
    narrow = [plain(entry) for entry in selected.alert_lines(told.rows(), gravest, 72, 40)]
    for number, row in enumerate(gravest.iter_rows(named=True)):
        assert told.voice.proof(row) in wide[number]
        assert told.voice.signal(row["alert_rule"]) in narrow[number] or "cycles" in narrow[number]
    assert wide[-1].strip() == "67 more: 2 opens the alerts"
    assert "No early warning is open" in plain(selected.alert_lines(told.rows(), gravest.clear(), 0, 60)[0])


def test_an_empty_list_says_why_and_where_to_go(told: Told) -> None:
    policies, counted = told.desk.policies, told.day.summary
    nobody = [plain(entry) for entry in selected.nothing(counted, policies, "callbacks")]
    assert nobody[0].startswith(" Nobody in Callbacks.")
    tiers = plain(selected.nothing(counted, policies, "to-call", {"C", "D"})[0])
    assert tiers == f" Nobody of tiers C D in To call ({counted.queues['to-call']} in all)."
    clear = replace(counted, past_due_accounts=0)
    assert "none past due" in plain(selected.nothing(clear, policies, "to-call")[0])


def test_a_filter_without_a_match_offers_what_there_is(told: Told) -> None:
    both = "\n".join(plain(entry) for entry in selected.no_match("garsia", "To call", 2, ["garcia"]))
    assert "No account matches / garsia in To call." in both
    assert "2 match in All" in both
    assert "near: garcia" in both
    neither = "\n".join(plain(entry) for entry in selected.no_match("zz", "To call", 0, []))
    assert "near" not in neither
    assert "in All" not in neither
    del told
