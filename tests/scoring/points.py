"""Cards as a lender may have them: points per bin, in text."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deskcollect.errors import BadCard
from deskcollect.records import Issue
from deskcollect.scoring import points_card
from deskcollect.scoring.card import Card

HEADER = "characteristic,segment,from,to,missing,points,count,bad"
SCALE = {"base_score": "600", "base_odds": "20", "pdo": "20", "higher_is": "safer", "base_points": "500"}
ROWS = (
    "late_months,,,0.5,,20,,",
    "late_months,,0.5,2.5,,5,,",
    "late_months,,2.5,,,-30,,",
    "late_months,,,,yes,0,,",
    "use_now,,,0.3,,10,,",
    "use_now,,0.3,,,-12.5,,",
    "use_now,,,,yes,-4,,",
)


@dataclass(frozen=True)
class Form:
    """A form as CSV: its settings come first, so that its first row of points stands in line 7."""

    scale: dict[str, str] = field(default_factory=lambda: dict(SCALE))
    rows: tuple[str, ...] = ROWS
    header: str = HEADER

    @property
    def text(self) -> str:
        """Return the CSV."""
        settings = [f"{name},,,,,{value},," for name, value in self.scale.items()]
        return "\n".join([self.header, *settings, *self.rows]) + "\n"

    def write(self, folder: Path) -> Path:
        """Write it to a file."""
        file = folder / "ours.csv"
        file.write_text(self.text, "utf-8")
        return file

    def read(self, folder: Path) -> Card:
        """Return the card."""
        return points_card.read(self.write(folder), "ours")

    def refused(self, folder: Path) -> list[Issue]:
        """Return why it is refused."""
        return refused(self.write(folder))


def refused(file: Path) -> list[Issue]:
    """Return why a file is refused."""
    with pytest.raises(BadCard) as caught:
        points_card.read(file, "ours")
    assert caught.value.message.endswith(".")
    assert caught.value.remedy
    assert all(issue.message.endswith(".") and issue.remedy for issue in caught.value.issues)
    return list(caught.value.issues)


def changed(*changes: tuple[int, str]) -> Form:
    """Return the form with some of its rows exchanged, by their line; an empty text takes one out."""
    rows = dict(enumerate(ROWS, 7)) | dict(changes)
    return Form(rows=tuple(row for _, row in sorted(rows.items()) if row))
