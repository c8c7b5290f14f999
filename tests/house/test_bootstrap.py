"""The first command on a new machine either works or says in one sentence what is missing."""

from __future__ import annotations

import ast
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap
from tests.house.source import ROOT

BOOTSTRAP = ROOT / "scripts" / "bootstrap.py"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout in which an environment for running was made, without having made one."""
    for name in ("pyproject.toml", "requirements.txt", "requirements-dev.txt", "requirements-build.txt"):
        shutil.copy(ROOT / name, tmp_path)
    venv = tmp_path / ".venv"
    python = venv / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", python)
    bootstrap.write_stamp("run")
    return tmp_path


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Take down what would be run, and let it succeed."""
    taken: list[str] = []

    def take(command: list[str], *, quiet: bool = False) -> int:
        del quiet
        taken.append("venv" if "venv" in command else "project" if "--editable" in command else "packages")
        return 0

    monkeypatch.setattr(bootstrap, "run", take)
    return taken


def sentence(error: pytest.ExceptionInfo[bootstrap.CannotStart]) -> str:
    return str(error.value)


def test_an_old_python_can_read_the_file() -> None:
    ast.parse(BOOTSTRAP.read_text(encoding="utf-8"), feature_version=(3, 7))
    assert "from __future__ import annotations" not in BOOTSTRAP.read_text(encoding="utf-8")


@pytest.mark.parametrize("version", [(2, 7), (3, 8), (3, 10)])
def test_an_old_python_is_told_what_is_needed(version: tuple[int, int]) -> None:
    with pytest.raises(bootstrap.CannotStart) as error:
        bootstrap.refuse_old_python(version)
    assert f"needs Python 3.11 or newer, this is {version[0]}.{version[1]}" in sentence(error)
    assert "PYTHON=" in sentence(error)
    assert "\n" not in sentence(error)


@pytest.mark.parametrize("version", [(3, 11), (3, 14), (4, 0)])
def test_a_new_python_will_do(version: tuple[int, int]) -> None:
    bootstrap.refuse_old_python(version)


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_the_remedy(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else found(name))
    with pytest.raises(bootstrap.CannotStart) as error:
        bootstrap.refuse_missing_venv()
    assert "python3-venv" in sentence(error)
    assert "\n" not in sentence(error)


def test_a_whole_environment_is_used_as_it_is(checkout: Path, steps: list[str]) -> None:
    bootstrap.prepare("run")
    assert checkout.exists()
    assert steps == []


def test_an_environment_for_running_is_completed_for_tests(checkout: Path, steps: list[str]) -> None:
    bootstrap.prepare("dev")
    assert steps == ["packages", "project"]
    assert not (checkout / ".venv" / "whole-run").exists()
    bootstrap.prepare("run")
    assert steps == ["packages", "project"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt"])
def test_other_pins_make_a_new_environment(name: str, checkout: Path, steps: list[str]) -> None:
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    bootstrap.prepare("run")
    assert steps == ["venv", "packages", "project"]


def test_settings_of_a_tool_make_no_new_environment(checkout: Path, steps: list[str]) -> None:
    with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('\n[tool.something]\nlevel = "high"\n')
    bootstrap.prepare("run")
    assert steps == []


def test_another_version_of_the_project_makes_a_new_environment(checkout: Path, steps: list[str]) -> None:
    settings = checkout / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('name = "deskcollect"', 'name = "deskcollected"', 1), encoding="utf-8")
    bootstrap.prepare("run")
    assert steps == ["venv", "packages", "project"]


@pytest.mark.parametrize("broken", ["venv", "packages", "project"])
def test_an_interrupted_environment_is_made_anew(
    broken: str, checkout: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / ".venv" / "whole-run").write_text("an older state", encoding="ascii")
    whole = bootstrap.run

    def stop(command: list[str], *, quiet: bool = False) -> int:
        whole(command, quiet=quiet)
        return 1 if steps[-1] == broken else 0

    monkeypatch.setattr(bootstrap, "run", stop)
    with pytest.raises(bootstrap.CannotStart):
        bootstrap.prepare("run")
    assert not bootstrap.is_ready("run")
    steps.clear()
    monkeypatch.setattr(bootstrap, "run", whole)
    bootstrap.prepare("run")
    assert steps == ["venv", "packages", "project"]


@pytest.mark.parametrize("words", [[], ["dance"], ["dev"], ["test", "more"]])
def test_a_word_it_does_not_know_shows_how_it_is_used(words: list[str]) -> None:
    done = subprocess.run([sys.executable, str(BOOTSTRAP), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == bootstrap.USAGE + "\n"
    assert done.stdout == ""
