"""Every error of the gallery says what happened, what it means and what to do, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.line import Run
from tests.errors.gallery import Exhibit, exhibits


@pytest.mark.parametrize("exhibit", exhibits(), ids=lambda exhibit: exhibit.name)
def test_the_text_of_an_error(
    exhibit: Exhibit, here: Path, small_template: Path, line: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small_template, here / "desk")
    exhibit.place(here)
    *before, last = exhibit.steps
    for step in before:
        if step.startswith("% "):
            exhibit.happen(step.removeprefix("% "), here, monkeypatch)
        else:
            line(*exhibit.words(step, here))
    done = line(*exhibit.words(last, here))
    assert done.err.replace(str(here), "{here}") == exhibit.err
    assert done.code == exhibit.code
    left = iter(done.out.splitlines())
    for wanted in exhibit.out:
        assert any(wanted.strip() == told.strip() for told in left), f"not in stdout: {wanted}"


@pytest.mark.parametrize("exhibit", exhibits(), ids=lambda exhibit: exhibit.name)
def test_every_error_has_a_remedy(exhibit: Exhibit) -> None:
    told = [text for text in exhibit.err.splitlines() if text.startswith("deskcollect: ")]
    assert len(told) == (1 if exhibit.code and not exhibit.out else 0)
    assert not told or exhibit.err.partition(f"{told[0]}\n")[2].startswith("  ")
    assert "Traceback" not in exhibit.err
