"""A judgement to be put into words and pictures, with figures that are easy to find again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from deskcollect import frames
from deskcollect.desk.cards.judge import Difference, Group, Judged, Judgement, ScoreBand
from deskcollect.desk.cards.model import load
from deskcollect.desk.make import Book
from deskcollect.records import Band, Figure

CARD = load("default")
FIGURES = {
    "auc": Figure(0.75, 0.7, 0.8),
    "gini": Figure(0.5, 0.4, 0.6),
    "ks": Figure(0.4, 0.3, 0.5),
    "lift": Figure(3.0, 2.5, 3.5),
    "brier": Figure(0.125, 0.1, 0.15),
    "log_loss": Figure(0.4, 0.35, 0.45),
    "slope": Figure(1.0, 0.9, 1.1),
    "intercept": Figure(-0.004, -0.1, 0.1),
}


def group(kind: str, name: str, count: int, bad: int) -> Group:
    """Return a group; without both outcomes it has no figures."""
    figures = FIGURES if 0 < bad < count else {}
    return Group(kind, name, count, bad, 0.2, Figure(bad / count, 0.1, 0.3), figures)  # type: ignore[arg-type]  # one of the kinds


def judged(stamp: str = "default", *, count: int = 1000, bad: int = 200) -> Judged:
    """Return one judged card; nobody in tier A became bad."""
    return Judged(
        card=replace(CARD, id=stamp),
        seen="",
        coverage=1.0,
        groups=(group("all", "", count, bad), group("segment", "past due", 600, 190), group("tier", "A", 400, 0)),
        gains=tuple(min(1.0, 2 * at / 100) for at in range(101)),
        bands=tuple(Band(100, 0.05 * k, Figure(0.05 * k, 0.04 * k, 0.07 * k)) for k in range(1, 11)),
        scores=tuple(ScoreBand(460 + 20 * k, 0.02 * k, 0.14 - 0.02 * k) for k in range(8)),
    )


def judgement(*cards: Judged) -> Judgement:
    """Return a judgement of one card or two."""
    difference = {"auc": Figure(0.02, 0.01, 0.03), "brier": Figure(0.001, -0.001, 0.003), "log_loss": Figure(0.02, 0.01, 0.03)}  # fmt: skip
    tables = {"accounts": pl.LazyFrame(schema=frames.polars_schema(frames.ACCOUNTS))}
    return Judgement(
        book=Book(date(2026, 9, 30), tables, frozenset()),
        book_count=1040,
        issues=(),
        left_out=0,
        cards=cards or (judged(),),
        differences=() if len(cards) < 2 else (Difference("all", "", difference), Difference("tier", "A", {})),
    )
