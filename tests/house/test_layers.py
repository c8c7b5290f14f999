"""The layers of the house hold, and each contract that says so can fail."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.house.imports import imported, parts_of_the_house
from tests.house.source import DOORS, FLOOR, PACKAGE, ROOT, modules, rooms

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
WRONG_IMPORTS = [
    pytest.param("vocabulary", "deskcollect.records", id="the first floor knows nothing above it"),
    pytest.param("records", "deskcollect.policy", id="records know no policy"),
    pytest.param("policy.load", "deskcollect.scoring", id="policy knows no room"),
    pytest.param("scoring", "deskcollect.ledger", id="a room knows no other room"),
    pytest.param("ledger", "deskcollect.desk", id="a room does not know the corridor"),
    pytest.param("desk", "deskcollect.present", id="the corridor does not know its words"),
    pytest.param("present", "deskcollect.tui", id="present knows no door"),
    pytest.param("tui", "deskcollect.cli", id="the app does not know the command line"),
    pytest.param("tui", "deskcollect.portfolio", id="the app opens no room"),
    pytest.param("cli", "deskcollect.ledger", id="the command line opens no room"),
    pytest.param("desk", "textual", id="Textual only in doors"),
    pytest.param("present", "rich", id="rich only in doors"),
    pytest.param("policy.model", "typer", id="Typer only in doors"),
    pytest.param("strategy", "tinydb", id="TinyDB only in the ledger"),
    pytest.param("ledger.files", "deskcollect.ledger.upkeep", id="a backend does not know its upkeep"),
    pytest.param("desk", "psycopg", id="a server only in the ledger"),
    pytest.param("cli", "cryptography", id="ciphers only in the ledger"),
    pytest.param("scoring", "sklearn", id="scikit-learn only where cards are fitted"),
    pytest.param("monitoring", "scipy", id="scipy only where cards are fitted"),
]


@dataclass(frozen=True)
class Verdict:
    """What import-linter said about a tree."""

    text: str = field(repr=False)

    @property
    def broken(self) -> set[str]:
        """Return the names of the contracts that do not hold."""
        return self._marked("BROKEN")

    @property
    def kept(self) -> set[str]:
        """Return the names of the contracts that hold."""
        return self._marked("KEPT")

    def _marked(self, mark: str) -> set[str]:
        return set(re.findall(rf"^(.+) {mark}(?: \(\d+ ignored imports?\))?$", self.text, flags=re.MULTILINE))

    def names(self, importer: str, target: str) -> bool:
        """Tell whether a broken contract names this import."""
        return re.search(rf"^-? *{re.escape(importer)} -> {re.escape(target)} ", self.text, re.MULTILINE) is not None


def contracts() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def lint(folder: Path) -> Verdict:
    words = [sys.executable, "-c", LINT, "--no-logo", "--no-cache"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, env={"COLUMNS": "200"}, check=False)
    return Verdict(done.stdout + done.stderr)


def file_of(package: Path, module: str) -> Path:
    path = package.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    """Lint a copy of the package into which every wrong import was written."""
    folder = tmp_path_factory.mktemp("spoilt")
    shutil.copytree(PACKAGE, folder / "deskcollect", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for parameters in WRONG_IMPORTS:
        module, target = parameters.values
        with file_of(folder / "deskcollect", str(module)).open("a", encoding="utf-8") as file:
            file.write(f"\nimport {target}\n")
    return lint(folder)


def test_every_contract_is_kept() -> None:
    verdict = lint(ROOT)
    assert verdict.kept == contracts(), verdict.text


@pytest.mark.parametrize(("module", "target"), WRONG_IMPORTS)
def test_a_wrong_import_is_found(module: str, target: str, spoilt: Verdict) -> None:
    assert spoilt.names(f"deskcollect.{module}", target), spoilt.text


def test_every_contract_can_fail(spoilt: Verdict) -> None:
    assert spoilt.broken == contracts(), spoilt.text


def test_a_room_imports_only_the_floor() -> None:
    strangers = {
        module.where: found
        for module in modules()
        if module.part in rooms() and (found := _reached(module.text) - {module.part, *FLOOR})
    }
    assert not strangers


def test_a_door_imports_the_corridor_and_never_a_room() -> None:
    opened = {
        module.where: found
        for module in modules()
        if module.part in (*DOORS, "present") and (found := _reached(module.text) & set(rooms()))
    }
    assert not opened


def test_only_training_imports_scikit_learn() -> None:
    heavy = {"sklearn", "scipy", "joblib"}
    users = {m.where for m in modules() if heavy & {name.split(".")[0] for name in imported(m.tree)}}
    assert users <= {f"deskcollect/scoring/{name}.py" for name in ("train", "adapt", "weights")}


@pytest.mark.parametrize(
    "text",
    [
        "from deskcollect.ledger.store import Store",
        "from deskcollect import ledger",
        "import deskcollect.ledger as memory",
        "def late() -> None:\n    from deskcollect.ledger import store",
        "if TYPE_CHECKING:\n    from deskcollect.ledger import Store",
    ],
)
def test_an_import_is_seen_however_it_is_written(text: str) -> None:
    assert _reached(text) == {"ledger"}


def _reached(text: str) -> set[str]:
    return parts_of_the_house(imported(ast.parse(text)))
