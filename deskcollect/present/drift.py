"""How a book drifted, in words: what moved the score, by how many points, and whether it is more than chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.desk.cards.drift import FEW, FEW_BINS, FEWEST
from deskcollect.present.card import interval, signed
from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import percent, several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.cards.drift import Comparison, Watched
    from deskcollect.present.shapes import Glyphs
    from deskcollect.records import Shift, Stability

SHOWN = 8  # characteristics that moved the score most; those with an alarm come too


def heading(found: Watched) -> Iterator[Line]:
    """Say which book and card this is, and what nobody can say."""
    yield line(
        (clean(found.card.stamp), "bold"), f"  book as of {found.as_of}, {several(found.count, 'account', 'accounts')}"
    )
    if found.alone:
        yield line("There is no earlier book of this desk to compare it with.")
    if not any(each.against == "training" for each in found.comparisons):
        yield line("The card does not say which accounts it was fitted on.")


def title(each: Comparison, glyphs: Glyphs) -> Line:
    """Return what the book is compared with and the gravest alarm."""
    before = several(each.drift.counts[0], "account", "accounts")
    name = (
        f"Against the first book, {each.on}"
        if each.against == "first"
        else "Against the accounts the card was fitted on"
    )
    if min(each.drift.counts) < FEWEST:
        return line((name, "bold"), f", {before}: ", ("not judged", "muted"))
    level = glyphs.level(each.level, word=True) or "quiet"
    return line((name, "bold"), f", {before}: ", (level, each.level or "success"))


def words(each: Comparison) -> Iterator[str]:
    """Return what happened to the score."""
    old, new = each.drift.means
    yield f"Mean score {old:.1f} to {new:.1f}, {signed(new - old)} points.{_spread(each.drift.score)}"
    fewest = min(each.drift.counts)
    if fewest < FEWEST:
        yield f"Fewer than {FEWEST} accounts: shares move by chance alone, so nothing is judged."
    elif fewest < FEW:
        yield f"Fewer than {FEW} accounts: at most {FEW_BINS} bins are judged, and only large shifts can be seen."
    unknown = sum(not shift.known_after for shift in each.drift.shifts)
    if unknown:
        total = several(len(each.drift.shifts), "characteristic", "characteristics")
        yield f"{unknown} of {total} {'is' if unknown == 1 else 'are'} not known in this book; what is not known counts as average."
    if each.statements and abs(each.statements[1] - each.statements[0]) >= 0.5:
        before, after = (f"{known:.1f}" for known in each.statements)
        yield f"An account had {before} statements then and has {after} now: months are counted over more of them, not only lived differently."
    if each.against == "training" and each.level:
        yield "Other customers than the card's are no drift: it says how far the card has to carry. Judge it on outcomes."


def _spread(found: Stability | None) -> str:
    """Return how the scores' spread moved, nothing where nothing can be said."""
    return "" if found is None else f" PSI {found.psi:.3f} over {found.bins} bins; alarm above {found.bound:.3f}."


def mixed(found: Watched, each: Comparison) -> tuple[str, str, str, str, str]:
    """Return the part that comes from the mix of segments as a row: name, bin, before, after, points."""
    shares = [percent(share, 1) for share in each.drift.second]
    return ("segments", clean(found.card.segment.names[1]), *shares, signed(each.drift.mix))  # type: ignore[return-value]  # two shares


def moved(found: Watched, shift: Shift) -> tuple[str, str, str, str, str]:
    """Return one characteristic as a row: name, the bin that changed most, before, after, points."""
    if not shift.known_after or not shift.known_before:
        what = "not known in this book" if not shift.known_after else "not known before"
        return shift.characteristic, what, "", "", signed(shift.points)
    label = interval(shift.start, shift.end, found.titles[shift.characteristic])
    return shift.characteristic, label, percent(shift.before, 1), percent(shift.after, 1), signed(shift.points)


def judged(shift: Shift) -> tuple[str, str]:
    """Return the index of a characteristic and where its alarm begins."""
    known = shift.stability
    return ("–", "") if known is None else (f"{known.psi:.3f}", f"{known.bound:.3f}")


def shown(each: Comparison) -> tuple[list[Shift], list[Shift]]:
    """Return the characteristics to show, and the others."""
    alarmed = [s for s in each.drift.shifts if s.stability and s.stability.level]
    first = [s for s in each.drift.shifts[:SHOWN] if abs(s.points) >= 0.05 or s in alarmed]
    chosen = [s for s in each.drift.shifts if s in first or s in alarmed]
    return chosen, [s for s in each.drift.shifts if s not in chosen]


def rest(others: list[Shift]) -> tuple[str, str]:
    """Return the characteristics that are not shown and their points together."""
    return f"{len(others)} more", signed(sum(shift.points for shift in others))
