"""The signs of the desk: tiers, levels, changes and marks, in Unicode and in plain ASCII.

Every sign takes one cell, but for the ASCII levels. Colour never stands alone: a tier has its letter, a level its word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from deskcollect.vocabulary import AlertLevel, Tier

TIER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Tier.A: "very low risk",
        Tier.B: "low risk",
        Tier.C: "medium risk",
        Tier.D: "high risk",
        Tier.E: "very high risk",
    }
)
# sign by sign: what stands for it in ASCII, of the same width
_SIGNS = '▸> ✓v ✗x →> ·- –- −- …~ ─- │| ↑^ ↓v ‹< ›> “" ”" ’\' ×x ⏎> ▏| ▲+ ▼- ●. ◆! ■! ▁. ▂: ▄- ▆= █# ▇# ▅= ▃:'
_TO_ASCII = str.maketrans({pair[0]: pair[1] for pair in _SIGNS.split()})


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs. `levels` are the mildest first; in ASCII the worst takes three cells."""

    tiers: str
    levels: tuple[str, ...]
    done: str
    warning: str
    error: str
    cursor: str
    mark: str
    up: str
    down: str
    minus: str
    ellipsis: str
    rule: str
    upright: str
    sort_up: str
    sort_down: str
    sparks: str
    eighths: str
    ascii: bool = False

    def tier(self, tier: str | None) -> str:
        """Return letter and bar, two cells: `D▆`."""
        return f"{tier}{self.tier_bar(tier)}" if tier else "? "

    def tier_bar(self, tier: str) -> str:
        """Return the bar of a tier; it grows with risk."""
        return self.tiers[list(Tier).index(Tier(tier))]

    def level(self, level: str | None, *, word: bool = False) -> str:
        """Return the sign of an alert level, with its word if asked; nothing if there is no alert."""
        if not level:
            return ""
        sign = self.levels[list(AlertLevel).index(AlertLevel(level))]
        return f"{sign} {level}" if word else sign

    @property
    def level_width(self) -> int:
        """Return the cells that the widest level sign takes."""
        return max(map(len, self.levels))

    def change(self, points: int | None) -> str:
        """Return a change of score: `▲9`, `▼33`, `=`; nothing if it is not known. Up is safer."""
        if points is None:
            return ""
        return f"{self.up if points > 0 else self.down}{abs(points)}" if points else "="

    def render(self, text: str) -> str:
        """Return a text in this set: for ASCII each sign gives way to one of the same width."""
        return text.translate(_TO_ASCII) if self.ascii else text


UNICODE = Glyphs(
    tiers="▁▂▄▆█",
    levels=("●", "▲", "◆", "■"),
    done="✓",
    warning="!",
    error="✗",
    cursor="▸",
    mark="*",
    up="▲",
    down="▼",
    minus="−",
    ellipsis="…",
    rule="─",
    upright="│",
    sort_up="↑",
    sort_down="↓",
    sparks="▁▂▃▄▅▆▇█",
    eighths="▏▎▍▌▋▊▉█",
)
ASCII = Glyphs(
    tiers=".:-=#",
    levels=(".", "!", "!!", "!!!"),
    done="v",
    warning="!",
    error="x",
    cursor=">",
    mark="*",
    up="+",
    down="-",
    minus="-",
    ellipsis="~",
    rule="-",
    upright="|",
    sort_up="^",
    sort_down="v",
    sparks="_.-:=+*#",
    eighths="#",
    ascii=True,
)
