"""The demo desk is made once a run; who writes to it gets a copy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from deskcollect import frames, resources
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.desk.make import make_demo
from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from deskcollect.portfolio.cycles import cycles
from deskcollect.scoring.features import features


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the demo desk, for copying."""
    folder = tmp_path_factory.mktemp("demo") / "desk"
    desk = make_demo(folder)
    desk.load()
    desk.close()
    return folder


@pytest.fixture(scope="session")
def seen(made: Path) -> Iterator[tuple[Desk, Day]]:
    """Return the demo desk and its day, for reading."""
    desk = open_desk(made)
    yield desk, desk.load()
    desk.close()


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return a demo desk of one's own."""
    shutil.copytree(made, tmp_path / "demo")
    desk = open_desk(tmp_path / "demo")
    yield desk
    desk.close()


@pytest.fixture
def day(desk: Desk) -> Day:
    """Return the day of the desk that a module of tests makes."""
    return desk.load()


@pytest.fixture(scope="session")
def guide() -> dict[str, Any]:
    """Return who is who in the demo."""
    found: dict[str, Any] = json.loads((resources.sample_data() / "demo" / "guide.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def role(guide: dict[str, Any]) -> Callable[[str], str]:
    """Return the account of a role of the demo."""
    return lambda name: str(guide["roles"][name]["account_id"])


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the shipped policies."""
    return load()


@pytest.fixture(scope="session")
def real() -> pl.DataFrame:
    """Features of real accounts."""
    folder = resources.sample_data() / "taiwan"

    def table(name: str, columns: frames.Columns) -> pl.LazyFrame:
        frame = pl.read_parquet(folder / f"{name}.parquet")
        absent = [pl.lit(None).alias(column.name) for column in columns if column.name not in frame.columns]
        return frames.stamp(frame.lazy().with_columns(absent), columns)

    accounts, statements = table("accounts", frames.ACCOUNTS), table("statements", frames.STATEMENTS)
    wide = cycles(frames.Accounts(accounts.head(6000)), frames.Statements(statements), as_of=date(2005, 9, 30))
    return features(wide).collect()
