"""The screen of restrictions in words: its lists, their columns, and what stands under the cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from deskcollect.present import triage
from deskcollect.present.clean import clean, name_of
from deskcollect.present.dates import short_date
from deskcollect.present.lines import Line, clip, line, rule
from deskcollect.present.numbers import count
from deskcollect.present.rows import ListColumn
from deskcollect.present.width import fit_middle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.desk.decisions.offers import Offer
    from deskcollect.desk.decisions.release import Review
    from deskcollect.desk.decisions.reviews import Reviews
    from deskcollect.present.incentives import IncentiveWords
    from deskcollect.present.restrictions import RestrictionWords
    from deskcollect.present.rows import Cell, Row
    from deskcollect.present.shapes import Glyphs

LISTS: Mapping[str, str] = MappingProxyType(
    {"open": "All", "review": "For review", "sign": "To sign", "measures": "Measures", "eligible": "Eligible"}
)
_WIDE, _NARROW = 112, 72
_NAME, _NAME_NARROW, _LEAST = 20, 16, 12
_NAME_IN_HEAD = 40
# what goes first where the panel has no room for all
_GOES = ("then", "evidence", "todo", "estimate", "needs", "why", "review", "back")


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """Tells the rows of the lists: restrictions with the one set of words, measures with the other."""

    restrictions: RestrictionWords
    incentives: IncentiveWords
    found: Reviews
    glyphs: Glyphs

    # --- columns -----------------------------------------------------------------------------------------------------------

    def columns(self, queue: str, width: int) -> tuple[ListColumn, ...]:
        """Return the columns of a list that fit a width; the last takes what is left.

        Below 112 cells the account, the reason and what a measure comes to are left out, below 72 since when and how
        many checks are met, which stands below the list.
        """
        wide, narrow = width >= _WIDE, width < _NARROW
        name = _NAME if wide else _NAME_NARROW if not narrow else _LEAST
        customer = ListColumn("customer", "Customer", name, "left", self._customer, "customer_name")
        account = ListColumn("account_id", "Account", 12, "left", self._account, "account_id")
        ends = {"eligible": self._eligible, "measures": self._measures}.get(queue, self._standing)(width)
        found = (customer, *((account,) if wide else ()), *ends)
        if narrow:
            found = tuple(each for each in found if each.name not in {"since", "ready"})
        left = width - 2 - sum(each.width + each.gap for each in found) + found[0].gap
        return (*found[:-1], replace(found[-1], width=max(_LEAST, found[-1].width + left)))

    def _standing(self, width: int) -> tuple[ListColumn, ...]:
        """Return the columns of restrictions; among those to be signed a measure may stand."""
        kind = ListColumn("kind", "Kind", 24 if width >= _WIDE else 17, "left", self._kind, "kind")
        reason = ListColumn("reason", "Reason", 7, "left", lambda row: (clean(row["reason"]), ""), "reason")
        return (
            kind,
            *((reason,) if width >= _WIDE else ()),
            ListColumn("since", "Since", 6, "left", self._since, "since"),
            ListColumn("until", "Review", 11, "left", self._until, "until"),
            ListColumn("ready", "Ready", 6, "right", self._ready, "ready"),
            ListColumn("state", "State", 14, "left", self._state, "signs"),
        )

    def _measures(self, width: int) -> tuple[ListColumn, ...]:
        """Return the columns of open measures."""
        cost = ListColumn("cost", "What it comes to", 30, "left", self._cost, "kind")
        return (
            ListColumn("kind", "Measure", 25, "left", self._kind, "kind"),
            ListColumn("since", "Since", 6, "left", self._since, "since"),
            ListColumn("state", "State", 18, "left", self._state, "until"),
            *((cost,) if width >= _WIDE else ()),
        )

    def _eligible(self, width: int) -> tuple[ListColumn, ...]:
        """Return the columns of what may be proposed."""
        del width
        return (
            ListColumn("kind", "Measure", 24, "left", self._kind, "kind"),
            ListColumn("why", "Why", 24, "left", self._why, "kind"),
        )

    # --- cells -------------------------------------------------------------------------------------------------------------

    def review(self, row: Row) -> Review | None:
        """Return the restriction of a row, None where it is a measure."""
        return self.found.restrictions.get(row["id"])

    def offer(self, row: Row) -> Offer | None:
        """Return the measure of a row, None where it is a restriction."""
        return self.found.measures.get(row["id"])

    def _customer(self, row: Row) -> Cell:
        """Return whose it is; of an account that left the book nothing but its number is known."""
        return (name_of(row), "") if row["state"] is not None else (clean(row["account_id"]), "muted")

    def _account(self, row: Row) -> Cell:
        """Return the account number, cut in the middle if it is long."""
        return fit_middle(clean(row["account_id"]), 12), "muted"

    def _kind(self, row: Row) -> Cell:
        """Return what is restricted, or the measure."""
        review, offer = self.review(row), self.offer(row)
        if review is not None:
            return self.restrictions.kind(review.restriction), ""
        return (self.incentives.label(offer), "") if offer is not None else ("", "")

    def _since(self, row: Row) -> Cell:
        """Return since when it is in force, or when a measure took its last step."""
        return (short_date(row["since"], self.restrictions.today), "") if row["since"] else ("–", "muted")

    def _until(self, row: Row) -> Cell:
        """Return when to look again; a day that has passed is a warning."""
        review = self.review(row)
        if review is None:
            return "", ""
        return self.restrictions.review_day(review), "warning" if review.review_on < self.restrictions.today else ""

    def _ready(self, row: Row) -> Cell:
        """Return how many checks are met."""
        review = self.review(row)
        return (self.restrictions.ready(review), "") if review is not None else ("", "")

    def _state(self, row: Row) -> Cell:
        """Return where it stands."""
        review, offer = self.review(row), self.offer(row)
        if review is not None:
            return self.restrictions.state(review)
        return self.incentives.state(offer) if offer is not None else ("", "")

    def _cost(self, row: Row) -> Cell:
        """Return what a measure costs or brings."""
        offer = self.offer(row)
        return (self.incentives.cost(offer), "") if offer is not None else ("", "")

    def _why(self, row: Row) -> Cell:
        """Return why an account may have a measure."""
        offer = self.offer(row)
        return (self.incentives.why(offer), "") if offer is not None else ("", "")

    # --- around the list ---------------------------------------------------------------------------------------------------

    def waiting(self, who: str, yours: int) -> Line:
        """Return what stands at the right of the bar: how many are for review, and how many wait for this person."""
        due = self.found.counts()["review"]
        told = [f"{count(due)} for review"] if due else []
        told += [f"{count(yours)} {'waits' if yours == 1 else 'wait'} for you"] if yours and who else []
        return line((f"{' · '.join(told)} ", "warning" if yours else ""))

    def panel(self, row: Row, width: int, most: int) -> list[Line]:
        """Return what stands under the cursor in at most `most` lines; what matters least for a decision goes first."""
        review, offer = self.review(row), self.offer(row)
        who = name_of(row, limit=_NAME_IN_HEAD) if row["state"] is not None else "not in the newest book"
        told = f"{who} · {clean(row['account_id'])}"
        if offer is not None:
            head = clip(rule(told, width, self.glyphs.rule), width)
            return [head, *list(self.incentives.offer(offer, width - 1))][:most]
        assert review is not None
        restriction = review.restriction
        since = f"{self.restrictions.since(restriction)} ({self.restrictions.who(restriction)})"
        head = clip(rule(f"{told} · {self.restrictions.kind(restriction)} {since}", width, self.glyphs.rule), width)
        parts = self.restrictions.parts(review, width - 2)
        for name in _GOES:
            if sum(map(len, parts.values())) < most:
                break
            parts.pop(name, None)
        lines = [(*line(" "), *entry) for part in parts.values() for entry in part]
        return [head, *lines][:most]


def tabs(counted: Mapping[str, int], active: str, place: triage.Place, width: int, *, low: bool) -> tuple[Line, ...]:
    """Return the lists as tabs with the active one in brackets, then the order of the list; a low screen has one line."""
    if low:
        return (triage.in_order(place, width, triage.one_list(LISTS, counted, active)),)
    hint = triage.lists(LISTS, counted, active)
    return clip(hint, width), triage.in_order(place, width, line((" / type to filter", "muted")))


def nothing(queue: str, counted: Mapping[str, int]) -> list[Line]:
    """Return why a list is empty, and where there is something."""
    told = {
        "open": "No restriction stands. I on an account imposes one.",
        "review": "Nothing is due for review.",
        "sign": "Nothing waits for a signature.",
        "measures": "No incentive or consequence is open.",
        "eligible": "No account is eligible for a measure today.",
    }[queue]
    others: Sequence[str] = [
        f"{LISTS[name]} {count(number)}" for name, number in counted.items() if number and name != queue
    ]
    hint = f"   , .  {'  '.join(others)}" if others else "   1  Worklist"
    return [line(f" {told}"), line((hint, "muted"))]
