"""Starting stays quick, because heavy packages are imported only where they are used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import plain_environment

TELL = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"
COMMAND = f"""
import sys
from deskcollect.__main__ import main
try:
    sys.exit(main())
except SystemExit as end:
    assert not end.code, end.code
finally:
    {TELL}
"""
TRAINING = {"sklearn", "scipy", "joblib"}


def loaded(program: str, *words: str, home: Path) -> set[str]:
    """Run a program with the words of a command line and return the packages it imported."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=home,
        env=plain_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.strip().splitlines()[-1]))


def test_help_loads_neither_frames_nor_numbers_nor_the_app(tmp_path: Path) -> None:
    heavy = {"polars", "numpy", "textual", "tinydb", "sqlglot", *TRAINING}
    assert not heavy & loaded(COMMAND, "--help", home=tmp_path)


def test_the_version_loads_nothing_heavy(tmp_path: Path) -> None:
    program = f"import deskcollect; assert deskcollect.__version__; {TELL}"
    assert not {"polars", "numpy", "textual", "rich", "typer", *TRAINING} & loaded(program, home=tmp_path)


def test_opening_the_desk_does_not_load_what_only_training_needs(tmp_path: Path) -> None:
    program = f"import deskcollect.tui.app, deskcollect.desk.desk; {TELL}"
    packages = loaded(program, home=tmp_path)
    assert {"textual", "polars"} <= packages
    assert not TRAINING & packages


@pytest.mark.parametrize("words", [("demo",)], ids=" ".join)
def test_a_worklist_without_a_terminal_needs_neither_training_nor_the_app(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    packages = loaded(COMMAND, *words, home=tmp_path)
    assert "polars" in packages
    assert not {"textual", *TRAINING} & packages


def test_a_card_is_shown_without_what_only_its_query_needs(tmp_path: Path) -> None:
    packages = loaded(COMMAND, "model", "show", home=tmp_path)
    assert "polars" in packages
    assert not {"sqlglot", "textual", *TRAINING} & packages
    assert "sqlglot" in loaded(COMMAND, "model", "export", "--format", "sql", home=tmp_path)
