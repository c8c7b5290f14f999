"""A fault of the program itself shows one line, keeps the form and tells nothing about anybody."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.worker import WorkerFailed

from deskcollect.tui.app import DeskApp
from tests.tui.person import Person, at_desk

SECRET = "王小明 owes 8,800"


class Fault(Exception):
    """A fault whose message holds a person's data."""


@pytest.fixture(autouse=True)
def _reports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let reports be written into the test's own folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


async def stopped(demo: Path, stop: Callable[[Person], None]) -> None:
    """Let the desk stop by a fault while a form is half filled."""
    with pytest.raises((Fault, WorkerFailed)):  # noqa: PT012 - the app raises where its test ends
        async with at_desk(demo) as person:
            await person.press("r", "p", "f")
            stop(person)
            await person.rest()


def report(printed: str) -> Path:
    """Return the report that was named; a long name goes on in the next line."""
    found = re.search(r"Report:(.*)", printed, flags=re.DOTALL)
    assert found
    return Path("".join(found.group(1).split()))


def in_a_handler(person: Person) -> None:
    """Fail where a message is handled."""

    def fail() -> None:
        secret = SECRET
        raise Fault(secret)

    person.app.call_later(fail)


def in_a_worker(person: Person) -> None:
    """Fail in work beside the screen."""

    async def fail() -> None:
        raise Fault(SECRET)

    person.app.run_worker(fail())


@pytest.mark.parametrize("stop", [in_a_handler, in_a_worker])
async def test_a_fault_shows_one_line_and_no_data(
    demo: Path, stop: Callable[[Person], None], capsys: pytest.CaptureFixture[str]
) -> None:
    await stopped(demo, stop)
    printed = capsys.readouterr().err
    assert printed.startswith("deskcollect stopped by a fault. Nothing recorded was lost; your form is kept.")
    written = report(printed).read_text("utf-8")
    for text in (printed, written):
        assert "王小明" not in text
        assert "8,800" not in text
    assert "Fault" in written
    assert "test_crash.py" in written


async def test_the_form_is_kept_over_a_fault(demo: Path) -> None:
    await stopped(demo, in_a_handler)
    async with at_desk(demo) as person:
        assert "was not saved: enter goes on" in person.message


async def test_only_the_owner_can_read_the_report(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await stopped(demo, in_a_handler)
    assert stat.S_IMODE(report(capsys.readouterr().err).stat().st_mode) == 0o600


def test_textual_still_has_what_the_crash_relies_on() -> None:
    """These are private: a new version of Textual may rename them, and then faults would print local variables."""
    assert "_fatal_error" in vars(DeskApp)
    for name in ("_fatal_error", "_handle_exception", "_close_messages_no_wait", "_print_error_renderables"):
        assert callable(getattr(App, name))
    assert isinstance(App()._exit_renderables, list)
