"""The real book in the shape the portfolio room hands over."""

from __future__ import annotations

import polars as pl
import pytest

from deskcollect import resources
from deskcollect.frames import Cycles
from deskcollect.policy.model import Policies
from deskcollect.scoring.card import Card
from deskcollect.scoring.features import features
from tests.scoring.builders import bundled, pivot, shipped

TAIWAN = resources.sample_data() / "taiwan"


@pytest.fixture(scope="session")
def book_cycles() -> pl.DataFrame:
    """The 20,064 real accounts."""
    accounts, statements = (pl.read_parquet(TAIWAN / f"{name}.parquet") for name in ("accounts", "statements"))
    return pivot(accounts, statements).collect()


@pytest.fixture(scope="session")
def book_features(book_cycles: pl.DataFrame) -> pl.DataFrame:
    """Their features."""
    return features(Cycles(book_cycles.lazy())).collect()


@pytest.fixture(scope="session")
def outcomes(book_features: pl.DataFrame) -> pl.Series:
    """What became of them, in the same order."""
    labels = pl.read_parquet(TAIWAN / "outcomes.parquet")
    return book_features.join(labels, on="account_id", how="left", maintain_order="left")["defaulted_next_month"]


@pytest.fixture(scope="session")
def card() -> Card:
    """The bundled card."""
    return bundled()


@pytest.fixture(scope="session")
def policies() -> Policies:
    """The shipped policies."""
    return shipped()
