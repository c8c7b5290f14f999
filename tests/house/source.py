"""What the checks of the house look at: the modules of the package and the files of the repository."""

from __future__ import annotations

import ast
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "deskcollect"
DOORS = ("cli", "tui")
NO_ROOM = (*DOORS, "present", "desk", "policy", "help")
FLOOR = (
    *(
        "vocabulary",
        "errors",
        "clock",
        "card_number",
        "currency",
        "near",
        "own",
        "protected",
        "resources",
        "aside",
        "settings",
        "desk_toml",
    ),
    *("records", "frames", "case", "policy"),
)
NOT_TEXT = {".parquet", ".xlsx", ".svg", ".gz", ".png", ".jsonl", ".journal"}
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__"}


@dataclass(frozen=True)
class Module:
    """One Python file, read."""

    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        """Return the parsed file."""
        return ast.parse(self.text, filename=str(self.path))

    @property
    def where(self) -> str:
        """Return the file as seen from the top of the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def part(self) -> str:
        """Return the room, door or floor file it belongs to."""
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules(*folders: str) -> list[Module]:
    """Return the Python files of some folders of the repository, the package unless told."""
    files = [path for folder in folders or ("deskcollect",) for path in sorted((ROOT / folder).rglob("*.py"))]
    return [Module(path, path.read_text(encoding="utf-8", errors="replace")) for path in files]


def rooms() -> list[str]:
    """Return the names of the rooms that have been begun."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py") if path.parent.name not in NO_ROOM)


def repository_files() -> list[Path]:
    """Return every file of the repository, those that are not committed yet included."""
    told = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (ROOT / ".git").exists():
        names = subprocess.run(told, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    found = (path for path in ROOT.rglob("*") if path.is_file())
    return [path for path in found if not NOT_OURS.intersection(path.relative_to(ROOT).parts)]


def texts() -> list[tuple[str, str]]:
    """Return name and text of every file of the repository that people write."""
    files = [path for path in repository_files() if path.suffix not in NOT_TEXT]
    return [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8", errors="replace")) for path in files]


def plain_environment(home: Path) -> dict[str, str]:
    """Return an environment in which a command knows nothing of this machine's user or terminal."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT", "TMPDIR", "TEMP"}}
    folder = {"HOME": str(home), "USERPROFILE": str(home), "APPDATA": str(home), "LOCALAPPDATA": str(home)}
    told = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "200"}
    return {**kept, **folder, **told}
