"""The cells of a worklist row as text and role, and which columns fit a width."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from deskcollect.present.clean import clean, name_of
from deskcollect.present.dates import short_date
from deskcollect.present.numbers import money
from deskcollect.present.width import fit_middle

if TYPE_CHECKING:
    from deskcollect.present.shapes import Glyphs
    from deskcollect.present.voice import Voice

Row = Mapping[str, Any]
Cell = tuple[str, str]

_EXTRA_FROM = 140
_NAME, _NAME_NARROW, _NAME_SMALLEST = 18, 16, 12
_STEP = 21
_WHY = 24


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list: where its cell comes from and what it sorts by."""

    name: str
    title: str
    width: int
    align: Literal["left", "right"]
    cell: Callable[[Row], Cell]
    sorts_by: str
    gap: int = 1

    @property
    def descends(self) -> bool:
        """Tell which way a click sorts first: figures and what is grave from the top."""
        return self.align == "right" or self.name in {"tier", "alert", "level"}


@dataclass(frozen=True, slots=True)
class RowWords:
    """What a row needs to be put into words: voice, signs, and the widths of money in this book."""

    voice: Voice
    glyphs: Glyphs
    money_width: int
    currencies: int

    def tier(self, row: Row) -> Cell:
        """Return letter and bar."""
        return self.glyphs.tier(row["tier"]), f"tier{row['tier']}"

    def customer(self, row: Row) -> Cell:
        """Return the customer's name, or the account where there is none."""
        return name_of(row), ""

    def dpd(self, row: Row) -> Cell:
        """Return days past due."""
        return f"{row['dpd']:,}", ""

    def past_due(self, row: Row) -> Cell:
        """Return the exact past-due amount."""
        digits = self.voice.digits(row["currency"])
        return money(row["past_due"], digits, assumed=bool(row["past_due_assumed"])), "money"

    def balance(self, row: Row) -> Cell:
        """Return the exact balance."""
        return money(row["balance"], self.voice.digits(row["currency"])), "money"

    def change(self, row: Row) -> int | None:
        """Return the change of score over seven days, None without one."""
        before = row["score_week_ago"]
        return None if before is None or before == row["score"] else row["score"] - before

    def score(self, row: Row) -> Cell:
        """Return the score and its change, in one cell of eight."""
        change = self.change(row)
        return f"{row['score']:>3} {self.glyphs.change(change) if change else '':<4}", ""

    def score_alone(self, row: Row) -> Cell:
        """Return the score."""
        return f"{row['score']}", ""

    def alert(self, row: Row) -> Cell:
        """Return shape and word of the alert level."""
        return self.glyphs.level(row["alert_level"], word=True), row["alert_level"] or ""

    def alert_shape(self, row: Row) -> Cell:
        """Return the shape of the alert level."""
        return self.glyphs.level(row["alert_level"]), row["alert_level"] or ""

    def step(self, row: Row) -> Cell:
        """Return the next step; an account that waits says until when."""
        if row["state"] == "wait" and row["due_on"]:
            return f"Wait: {short_date(row['due_on'], self.voice.today)}", "muted"
        role = {"hold": "warning", "verify": "warning", "quiet": "muted"}.get(row["state"], "")
        return self.voice.step(row), role

    def why(self, row: Row) -> Cell:
        """Return why today."""
        return self.voice.why(row), "muted" if row["state"] in {"wait", "quiet"} else ""

    def last_contact(self, row: Row) -> Cell:
        """Return day and person of the last record."""
        if row["last_on"] is None:
            return "–", "muted"
        return f"{short_date(row['last_on'], self.voice.today)} {clean(row['last_by'] or '')}", ""

    def account(self, row: Row) -> Cell:
        """Return the account number, cut in the middle if it is long."""
        return fit_middle(clean(row["account_id"]), 12), "muted"

    def currency(self, row: Row) -> Cell:
        """Return the ISO code."""
        return row["currency"] or "?", "muted"

    def collector(self, row: Row) -> Cell:
        """Return whom the lender assigned."""
        return clean(row["collector"] or "–"), ""

    def product(self, row: Row) -> Cell:
        """Return the product."""
        return clean(row["product"] or "–").replace("_", " "), "muted"

    def columns(self, width: int) -> tuple[ListColumn, ...]:
        """Return the columns that fit a width: narrowed step by step, or with more where there is room."""
        columns = self._full()
        for narrow in (_without("why"), self._shape_only, self._score_only, _name(_NAME_NARROW), _name(_NAME_SMALLEST),
                       _without("score"), _without("alert"), _without("currency")):  # fmt: skip
            if _taken(columns) <= width:
                break
            columns = narrow(columns)
        if width >= _EXTRA_FROM:
            for extra in self._extras():
                if _taken((*columns, extra)) <= width:
                    columns = (*columns[:-1], extra, columns[-1])
        return _widened(columns, width)

    def _full(self) -> tuple[ListColumn, ...]:
        """Return every column of a screen of 120 cells."""
        return (
            ListColumn("tier", "T", 2, "left", self.tier, "prob_default"),
            ListColumn("customer", "Customer", _NAME, "left", self.customer, "customer_name"),
            ListColumn("dpd", "DPD", 4, "right", self.dpd, "dpd"),
            *((ListColumn("currency", "Cur", 3, "left", self.currency, "currency"),) if self.currencies > 1 else ()),
            ListColumn("past_due", "Past due", self.money_width, "right", self.past_due, "past_due"),
            ListColumn("score", "Score", 8, "left", self.score, "score", gap=2),
            ListColumn("alert", "Alert", 7 + self.glyphs.level_width, "left", self.alert, "alert_level"),
            ListColumn("step", "Next step", _STEP, "left", self.step, "treatment"),
            ListColumn("why", "Why today", _WHY, "left", self.why, "why"),
        )

    def _extras(self) -> tuple[ListColumn, ...]:
        """Return the columns of a wide screen, in the order in which they come."""
        return (
            ListColumn("account_id", "Account", 12, "left", self.account, "account_id"),
            ListColumn("balance", "Balance", max(12, self.money_width), "right", self.balance, "balance"),
            ListColumn("last_contact", "Last contact", 12, "left", self.last_contact, "last_on"),
            ListColumn("collector", "Collector", 9, "left", self.collector, "collector"),
            ListColumn("product", "Product", 12, "left", self.product, "product"),
        )

    def _shape_only(self, columns: tuple[ListColumn, ...]) -> tuple[ListColumn, ...]:
        """Show the alert by its shape, beside the tier."""
        shape = ListColumn("alert", "!", self.glyphs.level_width, "left", self.alert_shape, "alert_level")
        rest = tuple(column for column in columns if column.name != "alert")
        return (rest[0], shape, *rest[1:])

    def _score_only(self, columns: tuple[ListColumn, ...]) -> tuple[ListColumn, ...]:
        """Show the score without its change."""
        alone = ListColumn("score", "Score", 5, "right", self.score_alone, "score")
        return tuple(alone if column.name == "score" else column for column in columns)


def _without(name: str) -> Callable[[tuple[ListColumn, ...]], tuple[ListColumn, ...]]:
    """Return the step that drops a column."""
    return lambda columns: tuple(column for column in columns if column.name != name)


def _name(width: int) -> Callable[[tuple[ListColumn, ...]], tuple[ListColumn, ...]]:
    """Return the step that narrows the name."""
    return lambda columns: tuple(replace(c, width=width) if c.name == "customer" else c for c in columns)


def _taken(columns: tuple[ListColumn, ...]) -> int:
    """Return the cells that columns take, with two for cursor and mark."""
    return 2 + sum(column.width + column.gap for column in columns) - columns[0].gap


def _widened(columns: tuple[ListColumn, ...], width: int) -> tuple[ListColumn, ...]:
    """Give what is left to the reason, or to the next step where there is none."""
    left = max(0, width - _taken(columns))
    return (*columns[:-1], replace(columns[-1], width=columns[-1].width + left))
