"""The demo desk is made once; each test works on a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deskcollect.desk.make import make_demo
from tests.undecided import make_undecided


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the demo desk; it is only read."""
    folder = tmp_path_factory.mktemp("desk") / "demo"
    desk = make_demo(folder)
    desk.load()
    desk.close()
    return folder


@pytest.fixture
def demo(demo_home: Path, tmp_path: Path) -> Path:
    """Return a copy of the demo desk."""
    return Path(shutil.copytree(demo_home, tmp_path / "demo"))


@pytest.fixture(scope="session")
def undecided_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the demo desk where nobody has decided anything yet; it is only read."""
    return make_undecided(tmp_path_factory.mktemp("undecided"))


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing of this machine's terminal and home show."""
    for name in ("NO_COLOR", "TERM", "DESKCOLLECT_GLYPHS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DESKCOLLECT_GLYPHS", "unicode")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
