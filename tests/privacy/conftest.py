"""A desk whose every personal field is a marker, made once; each test works on a copy of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from deskcollect import resources, settings
from deskcollect.desk.upkeep import spill
from deskcollect.ledger.document import write
from tests.cli.line import Run, copied, isolate, runner
from tests.desk.builders import at, outcome
from tests.privacy.marked import make_marked, marked_sample
from tests.privacy.place import Place, closed


@pytest.fixture(scope="session")
def marked_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo's books and records with a marker in the place of every personal word; only read."""
    return marked_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def marked_template(marked_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a desk of these books where nobody decided anything yet; it is only read."""
    return make_marked(marked_data, tmp_path_factory.mktemp("marked") / "desk")


@pytest.fixture
def marked(marked_template: Path, tmp_path: Path) -> Path:
    """Return such a desk of one's own."""
    return copied(marked_template, tmp_path / "desk")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder that is also the home."""
    folder = tmp_path / "home"
    folder.mkdir()
    isolate(monkeypatch, folder)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("DESKCOLLECT_PASSPHRASE", "mkqpass1 and more")
    monkeypatch.setenv("DESKCOLLECT_NEW_PASSPHRASE", "mkqpass2 and more")
    return folder


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that temporary files go to."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _marked_demo(marked_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the demo be made of marked data, too."""
    monkeypatch.setattr(resources, "sample_data", lambda: marked_data)


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Let new files be open to everybody, unless who makes them says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command line."""
    return runner(capsys)


@pytest.fixture
def place(marked: Path, marked_data: Path, tmp_path: Path, scratch: Path, line: Run) -> Place:
    """Return a desk of marked data and files beside it."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "in-the-way.txt").write_text("a file", "utf-8")
    accounts = pl.read_csv(marked_data / "demo" / "books" / "2026-09-30" / "accounts.csv", infer_schema=False)
    pl.concat([accounts, accounts.head(3).with_columns(balance=pl.lit("mkqname9 none"))]).write_csv(out / "broken.csv")
    bad = (pl.int_range(pl.len()) % 3 == 0).cast(pl.Int8).alias("bad")
    accounts.select("account_id", bad).write_csv(out / "became.csv")
    told = [outcome(1, "TW-000190", "NA", at(date(2026, 9, 30)), customer_id="C-00183", note="said mkqnote918")]
    name = settings.read(marked).desk_id
    spill.write(out / "unrecorded.json", name, [write(each, recorded_at=each.occurred_at, desk=name) for each in told])
    closed(marked, out)
    return Place(marked, marked_data, out, scratch, line)
