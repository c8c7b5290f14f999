"""deskcollect without a command, and the demo."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from deskcollect import __version__
from deskcollect.cli import start
from tests.cli.line import Run


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Let somebody sit at a terminal; return how the desk was opened on the screen."""
    opened: list[tuple[object, ...]] = []

    def on_screen(folder: Path | None, by: str = "", *, demo: bool = False) -> int:
        opened.append((folder, by, demo))
        return 0

    monkeypatch.setattr(start, "_on_screen", lambda: True)
    monkeypatch.setitem(sys.modules, "deskcollect.tui.app", SimpleNamespace(run=on_screen))
    return opened


def answers(monkeypatch: pytest.MonkeyPatch, *said: str) -> None:
    """Let somebody answer questions."""
    left = list(said)
    monkeypatch.setattr("deskcollect.cli.diagnostics.interactive", lambda: True)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(readline=lambda: left.pop(0) + "\n" if left else ""))


def test_without_a_terminal_the_worklist_is_printed(line: Run, desk: Path) -> None:
    done = line("--desk", desk)
    assert done.code == 0
    assert "book as of Mon 2 Mar 2026" in done.out
    assert "Ines Prado" in done.out


def test_the_nearest_desk_upwards_is_opened(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk / "policies")
    assert "Ines Prado" in line().out


def test_the_environment_names_the_desk(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCOLLECT_DESK", str(desk))
    assert "Ines Prado" in line().out
    assert "Ines Prado" in line("worklist").out


def test_the_data_folder_of_the_user_comes_last(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskcollect.cli.place.data_folder", lambda: desk)
    assert "Ines Prado" in line().out


def test_without_a_desk_and_a_terminal_it_says_so(line: Run) -> None:
    done = line()
    assert done.code == 2
    assert "deskcollect demo" in done.err
    assert not done.out


def test_in_a_terminal_the_demo_is_offered(
    line: Run, monkeypatch: pytest.MonkeyPatch, terminal: list[tuple[object, ...]]
) -> None:
    answers(monkeypatch, "")
    assert line().code == 0
    assert terminal == [(None, "", True)]


def test_the_offer_can_be_declined(
    line: Run, monkeypatch: pytest.MonkeyPatch, terminal: list[tuple[object, ...]]
) -> None:
    answers(monkeypatch, "n")
    assert line().code == 2
    assert not terminal


def test_the_end_of_the_input_is_an_interrupt(line: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch)
    assert line().code == 130


def test_in_a_terminal_the_desk_opens(line: Run, desk: Path, terminal: list[tuple[object, ...]]) -> None:
    assert line("--desk", desk, "--by", "ben").code == 0
    assert terminal == [(desk, "ben", False)]


def test_the_demo_prints_its_worklist_and_leaves_nothing(line: Run, home: Path) -> None:
    done = line("demo")
    assert done.code == 0
    assert done.out.startswith("DEMO  demo: book as of Wed 30 Sep 2026")
    assert len(done.out.splitlines()) > 100
    assert not list(home.iterdir())


def test_a_demo_that_is_kept_goes_on_where_it_was(line: Run, home: Path) -> None:
    first = line("demo", "--dir", home / "kept")
    assert (home / "kept" / "desk.toml").exists()
    assert line("demo", "--dir", home / "kept").out == first.out


def test_the_demo_never_takes_the_place_of_something_else(line: Run, desk: Path) -> None:
    assert line("demo", "--dir", desk).code == 2
    assert line("demo", "--dir", desk / "policies").code == 2


def test_the_version(line: Run) -> None:
    assert line("--version").out == f"deskcollect {__version__}\n"


def test_an_option_of_a_command_before_it_says_where_it_belongs(line: Run, desk: Path) -> None:
    done = line("--desk", desk, "worklist")
    assert done.code == 2
    assert "deskcollect worklist --desk" in done.err


def test_an_interrupt_exits_with_130(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deskcollect.desk.desk.open_desk", interrupted)
    done = line("worklist", "--desk", desk)
    assert done.code == 130
    assert done.err == "Interrupted.\n"


def test_a_fault_of_the_program_shows_places_and_no_data(
    line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("Ines Prado")

    monkeypatch.setattr("deskcollect.desk.desk.open_desk", broken)
    done = line("worklist", "--desk", desk)
    assert done.code == 1
    assert "ZeroDivisionError at test_start.py:" in done.err
    assert "Ines" not in done.err
    assert "Traceback" not in done.err
