"""What became of a card's accounts, in words: measures and their intervals, groups, and what to make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import MINUS, NONE, count, percent, several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.desk.cards.judge import Difference, Group, Judged, Judgement
    from deskcollect.records import Figure


class Measure(NamedTuple):
    """How a measure is called, with how many decimals, and what it says."""

    name: str
    decimals: int
    meaning: str


MEASURES: Mapping[str, Measure] = {
    "auc": Measure("AUC", 3, "bad ranks above good; 0.5 is chance"),
    "gini": Measure("Gini", 3, "2 × AUC − 1"),
    "ks": Measure("KS", 3, "widest gap between good and bad"),
    "lift": Measure("Lift", 2, "riskiest 10 %: times the bad rate"),
    "brier": Measure("Brier", 3, "squared error; lower is better"),
    "log_loss": Measure("Log-loss", 3, "unlikelihood; lower is better"),
    "slope": Measure("Slope", 2, "1 is right; below, too extreme"),
    "intercept": Measure("Intercept", 2, "0 is right where the slope is 1"),
}
ENOUGH = 50  # of either outcome; below, intervals are so wide that few cards can be told apart
TOO_GOOD = 0.95
LEAST_TOO_GOOD = 10  # of either outcome; below, chance alone is that good now and then
ORDER = ("First", "Second")  # how two cards are called
_ORDER_WIDTH = 8
_MORE_DECIMALS = 1
_MEAN = {"auc": "AUC", "ks": "KS", "brier": "Brier"}


def figure(name: str, found: Figure | None) -> tuple[str, str]:
    """Return a measure and its interval: `0.777` and `0.770–0.784`; `–` and nothing where it could not be taken."""
    return _pair(found, MEASURES[name].decimals)


def rate(found: Figure) -> tuple[str, str]:
    """Return a share and its interval: `22.2 %` and `21.6–22.8`."""
    low, high = (f"{edge * 100:.1f}" for edge in (found.low, found.high))
    return percent(found.value, 1), f"{low}–{high}"


def difference(name: str, found: Figure | None) -> tuple[str, str, str]:
    """Return the difference of two cards, its interval, and which of them is better, if that can be said."""
    value, interval = _pair(found, MEASURES[name].decimals + _MORE_DECIMALS)
    if found is None:
        return value, interval, ""
    if found.low <= 0.0 <= found.high:
        return value, interval, "no difference to be seen"
    first = (found.value > 0.0) == (name == "auc")
    return value, interval, "the first is better" if first else "the second is better"


def _pair(found: Figure | None, decimals: int) -> tuple[str, str]:
    """Return a figure and its interval."""
    if found is None:
        return NONE, ""
    value, low, high = (_number(each, decimals) for each in (found.value, found.low, found.high))
    return value, f"{low} to {high}" if MINUS in low + high else f"{low}–{high}"


def _number(value: float, decimals: int) -> str:
    """Return a number with a true minus, none before a rounded zero."""
    text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS) if float(text) else text.removeprefix("-")


def name_of(group: Group | Difference) -> str:
    """Return what a group is called."""
    if group.kind == "all":
        return "All accounts"
    name = clean(group.name)
    return f"Tier {name}" if group.kind == "tier" else name[:1].upper() + name[1:]


def same(group: Group) -> str:
    """Say that a group has no measures, empty where it has."""
    if group.figures:
        return ""
    lacking = "good" if group.bad_count else "bad"
    return (
        f"{name_of(group)}: {several(group.count, 'account', 'accounts')}, none of them {lacking}; nothing to measure."
    )


def heading(found: Judgement) -> Iterator[Line]:
    """Say which cards were judged, on what."""
    labels = ("",) if len(found.cards) == 1 else ORDER
    for label, each in zip(labels, found.cards, strict=True):
        stamp, target = clean(each.card.stamp), clean(each.card.target)
        yield line((f"{label:<{len(label) and _ORDER_WIDTH}}", "muted"), (stamp, "bold"), f"  {target}")
    whole = found.cards[0].whole
    rest = found.book_count - whole.count
    without = f"; {several(rest, 'account has', 'accounts have')} none" if rest else ""
    told = several(whole.count, "account", "accounts")
    bads = f"{count(whole.bad_count)} bad, {percent(whole.bad_rate.value, 1)}"
    yield line(f"Book as of {found.book.as_of}: {told} with an outcome ({bads}){without}.")


def remarks(found: Judgement) -> Iterator[str]:
    """Say what the figures must not be taken for."""
    for each in found.cards:
        yield from _training(each)
        yield from (f"{clean(each.card.stamp)}: {clean(text)}" for text in each.card.overrides)
    whole = found.cards[0].whole
    fewest = min(whole.bad_count, whole.count - whole.bad_count)
    if fewest < ENOUGH:
        which = "bad" if whole.bad_count == fewest else "good"
        yield f"Only {several(fewest, f'{which} account', f'{which} accounts')}: read the intervals, not the figures."
    for each in found.cards:
        told = each.whole.figures.get("auc")
        if told and told.value > TOO_GOOD and fewest >= LEAST_TOO_GOOD:
            yield f"An AUC of {told.value:.3f} is too good to be true: the book very likely holds what was known only after the outcomes."
    for each in found.cards:
        if each.coverage < 1.0:
            yield f"The book feeds {percent(each.coverage)} of the characteristics of {clean(each.card.stamp)}; the others count as average."
    if _targets_differ(found):
        yield "The two cards foretell different things; one file of outcomes can be right for one of them only."


def _training(each: Judged) -> Iterator[str]:
    """Say whether the card knows these accounts already."""
    card, told = each.card, each.card.trained_on
    stamp, where = clean(card.stamp), clean(str(told.get("where", "")))
    mean: Mapping[str, Any] = card.figures.get("mean", {})
    unseen = " · ".join(f"{label} {mean[name]:.3f}" for name, label in _MEAN.items() if name in mean)
    if each.seen:
        these = "These are the accounts" if each.seen == "same" else "As many accounts, and as many bad ones, are what"
        better = f" On accounts it had not seen: {unseen}." if unseen else ""
        yield f"{these} {stamp} was fitted on: the figures flatter it.{better}"
    elif where:
        yield f"{stamp} was fitted on {where}. Accounts that it knows from there would flatter it."


def _targets_differ(found: Judgement) -> bool:
    """Say whether the cards foretell different things."""
    return len({each.card.target for each in found.cards}) > 1
