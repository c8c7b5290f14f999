"""The coverage floor judges the floor and every room, and shows the doors."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.coverage_floor import judge


def measured(folder: Path, **shares: int) -> Path:
    """Write a report in which each part reached so many of its hundred lines and branches."""
    names = {part: f"deskcollect/{part}/file.py" for part in shares} | {"floor": "deskcollect/clock.py"}
    files = {
        names[part]: {
            "summary": {"covered_lines": share - 20, "num_statements": 80, "covered_branches": 20, "num_branches": 20}
        }
        for part, share in shares.items()
    }
    report = folder / "coverage.json"
    report.write_text(json.dumps({"files": files}), encoding="utf-8")
    return report


def test_ninety_five_of_a_hundred_are_enough(tmp_path: Path) -> None:
    passed, lines = judge(measured(tmp_path, floor=95, ledger=100))
    assert passed
    assert [line.split() for line in lines] == [["floor", "95.0%"], ["ledger", "100.0%"]]


def test_one_room_under_the_floor_is_too_little(tmp_path: Path) -> None:
    passed, lines = judge(measured(tmp_path, floor=100, ledger=94))
    assert not passed
    assert "under 95%" in lines[1]


def test_the_doors_are_shown_and_not_judged(tmp_path: Path) -> None:
    passed, lines = judge(measured(tmp_path, floor=100, cli=40))
    assert passed
    assert "40.0%" in lines[0]


def test_nothing_measured_is_no_proof(tmp_path: Path) -> None:
    assert not judge(tmp_path / "coverage.json")[0]
    assert not judge(measured(tmp_path, ledger=100))[0]
