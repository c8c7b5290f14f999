"""What is remembered between two runs: forms, and the newest book that was seen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskcollect.tui.memory import Draft, Memory
from tests.tui.person import opened

PROMISE = Draft(
    "TW-000026", "PTP", {"amount": "500"}, inbound=True, point=1, event_id="e", at="2026-09-30T10:00:00+08:00"
)


@pytest.fixture
def memory(demo: Path) -> Memory:
    """Return the memory of ana."""
    return Memory(opened(demo), "ana")


def test_a_form_comes_back_as_it_was(memory: Memory) -> None:
    memory.keep(PROMISE)
    assert memory.find("TW-000026") == PROMISE
    assert memory.last() == PROMISE


def test_the_last_form_is_the_newest_and_goes_when_it_is_dropped(memory: Memory) -> None:
    memory.keep(PROMISE)
    memory.keep(replace(PROMISE, account_id="TW-000190"))
    assert memory.last() == replace(PROMISE, account_id="TW-000190")
    memory.drop("TW-000190")
    assert memory.last() is None
    assert memory.find("TW-000026") == PROMISE


def test_the_place_of_another_person_is_not_ones_own(demo: Path, memory: Memory) -> None:
    memory.keep(PROMISE)
    memory.keep_seen("2026-09-30")
    ben = Memory(opened(demo), "ben")
    assert ben.last() is None
    assert ben.seen() == ""
    assert memory.seen() == "2026-09-30"


@pytest.mark.parametrize(
    "kept",
    [
        {"code": "PTP", "values": {"amount": 5}},
        {"code": "PTP", "values": ["amount"]},
        {"code": 7, "values": {}},
        {"values": {}, "code": "PTP", "point": "1"},
        {"code": "PTP"},
    ],
)
def test_a_form_of_another_shape_counts_as_none(demo: Path, memory: Memory, kept: dict[str, Any]) -> None:
    known = kept == {"code": "PTP"}
    opened(demo).state.keep_draft("TW-000026", {"account_id": "TW-000026", **kept})
    assert (memory.find("TW-000026") is not None) == known


def test_a_damaged_file_is_no_obstacle(demo: Path, memory: Memory) -> None:
    (demo / "state.json").write_text(json.dumps([1]) + "x", "utf-8")
    assert memory.last() is None
    memory.keep(PROMISE)
    assert memory.last() == PROMISE
