"""A runner of commands, a small desk and the demo desk, each made once and copied where a test writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.desk.make import make_demo
from tests.cli.line import Run, copied, isolate, make_small_desk, runner
from tests.undecided import make_undecided


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder that is also the home."""
    folder = tmp_path / "home"
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


@pytest.fixture
def desk(small_template: Path, tmp_path: Path) -> Path:
    """Return a small desk of one's own."""
    return copied(small_template, tmp_path / "desk")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo desk; nobody writes to it."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(folder).close()
    return folder


@pytest.fixture
def own_demo(demo: Path, tmp_path: Path) -> Path:
    """Return a demo desk of one's own."""
    return copied(demo, tmp_path / "own-demo")


@pytest.fixture(scope="session")
def undecided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo desk as it was before anybody decided about a case, a restriction or a measure; nobody writes to it."""
    return make_undecided(tmp_path_factory.mktemp("undecided"))


@pytest.fixture
def own_undecided(undecided: Path, tmp_path: Path) -> Path:
    """Return such a desk of one's own."""
    return copied(undecided, tmp_path / "own-undecided")
