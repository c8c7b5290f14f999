"""A runner of commands in an empty home, and a small desk to copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.line import Run, isolate, make_small_desk, runner


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder that is also the home."""
    folder = tmp_path / "here"
    folder.mkdir()
    isolate(monkeypatch, folder)
    return folder


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command line."""
    return runner(capsys)


@pytest.fixture(scope="session")
def small_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small desk; nobody writes to it."""
    return make_small_desk(tmp_path_factory.mktemp("small") / "desk")
