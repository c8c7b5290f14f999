"""A challenger made of lessons, few or many, and judged against the champion on outcomes that it did not see."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from deskcollect.desk.cards import leakage, lessons, weighing
from deskcollect.errors import BadBook, BadUse
from deskcollect.scoring import counts, gate, recalibrate, validate
from deskcollect.scoring.card import ALLOWED, sealed
from deskcollect.scoring.features import FEATURES
from deskcollect.scoring.narrow import narrowed
from deskcollect.scoring.wider import widened, without_idle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from deskcollect.desk.cards.lessons import Lessons
    from deskcollect.scoring.card import Card
    from deskcollect.scoring.gate import Condition

    Say = Callable[[str], None]

NAME = "own"
LEARNT_UNTIL = "learnt_until"  # in what a card tells of its training
LEAST = lessons.LEAST
ADAPT_FROM, ADAPT_OF_EACH = 300, 50
SCRATCH_FROM = 5_000
CHARACTERISTICS = tuple(feature.name for feature in FEATURES)
_SEED = 20261122
_FIGURES = {"auc": validate.auc, "ks": validate.ks, "brier": validate.brier, "log_loss": validate.log_loss}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a card: its id, its version, the characteristics that it may use, and the card to begin from.

    Without `base` it begins from the champion. Without `kept` it may use the 27 and what that card has. `own` are headers of
    the lender's own columns that it may use besides, by name; `allowed` are the protected ones among them that a person
    lets through, as a card tells it: column, attribute, because, by.
    """

    version: str
    name: str = NAME
    kept: Sequence[str] = ()
    base: Card | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    allowed: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Challenger:
    """A card that wants to score: how it was made, what the gate says, and how both cards judge the same accounts."""

    card: Card
    how: str
    conditions: tuple[Condition, ...]
    learnt: int
    judged: int

    @property
    def passes(self) -> bool:
        """Whether every condition of the gate is met."""
        return all(each.met for each in self.conditions)


def challenge(champion: Card, taught: Lessons, wish: Wish, source: str, target: str, *, say: Say) -> Challenger:
    """Make a card from lessons and judge it on outcomes that it did not see.

    Few outcomes move the level only, more of them the points, very many may make a card of their own.

    Args:
        champion: The card that scores now.
        taught: What became of accounts.
        wish: What the card is to be called, and to use.
        source: Where the outcomes are from, for the card.
        target: What going bad means, for the card.
        say: Told of each step, since fitting takes a while.

    Errors: BadUse when there are too few outcomes, or such that only leakage explains them; BadBook when all are of one
    kind.
    """
    base = wish.base or champion
    kept = wish.kept or (*CHARACTERISTICS, *(c.name for c in base.characteristics))
    wish = replace(wish, kept=tuple(dict.fromkeys((*kept, *wish.own))))
    _require_both(taught)
    learn, judge = taught.split()
    require_enough(taught, learn, judge)
    say("Looking for what only the outcome could have told the book.")
    leakage.refuse_characteristics(taught, wish.kept)
    _tell_unknown(base, taught, wish, say)
    _tell_doubts(champion, taught, say)
    tell_split(learn, judge, say)
    card, how = _made(base, learn, wish, say)
    _tell_not_used(card, wish, say)
    card = weighing.weighed(replace(card, effects=champion.effects), learn)
    if card.effects and learn.written is not None:
        say(f"Learnt what recorded facts weigh: {len(card.effects)} kinds of them stood on these accounts.")
    told: dict[str, Any] = {
        "where": f"{source}, {days_of(learn)}",
        "accounts": len(learn),
        "bad": learn.bads,
        "recipe": how,
        "champion": champion.stamp,
        **learnt_until(learn),
    }
    if allowed := _allowed(card, base, wish):
        told[ALLOWED] = allowed
    if left_out := [name for name in CHARACTERISTICS if name not in wish.kept]:
        told["left_out"] = left_out
    say("Judging both cards on the outcomes that were kept aside.")
    judged = holdout(champion, card, learn, judge)
    leakage.refuse_card(judged.bad, judged.challenger)
    card = sealed(replace(card, target=target, trained_on=told, figures=figures(judged, _FIGURES)))
    return gated(card, how, gate.conditions(judged, card), learn, judge)


def own_of(champion: Card, wish: Wish) -> Collection[str]:
    """Return the names of the lender's own columns that a training has to know: of both cards, and those wished for."""
    return dict.fromkeys((*champion.own, *(wish.base.own if wish.base else ()), *wish.own))


def _allowed(card: Card, base: Card, wish: Wish) -> list[dict[str, str]]:
    """Return who let the protected attributes through that are on a card: for this one, else for the one it began from."""
    found = {each["column"]: dict(each) for each in (*base.allowed, *wish.allowed)}
    return [found[header] for header in card.own.values() if header in found]


def gated(card: Card, how: str, conditions: tuple[Condition, ...], learn: Lessons, judge: Lessons) -> Challenger:
    """Return a card that carries what the gate says of it."""
    told = [{"name": each.name, "met": each.met, "told": each.told} for each in conditions]
    card = sealed(replace(card, figures=dict(card.figures) | {"gate": told}))
    return Challenger(card, how, conditions, len(learn), len(judge))


def holdout(champion: Card, card: Card, learn: Lessons, judge: Lessons) -> gate.Holdout:
    """Return what judges two cards."""
    bad = judge.bad.to_numpy().astype(np.float64)
    before, after = weighing.chances(champion, judge), weighing.chances(card, judge)
    return gate.Holdout(bad, before, after, days_from(judge), days_until(learn))


def figures(judged: gate.Holdout, measures: dict[str, Callable[..., float]]) -> dict[str, Any]:
    """Return how the new card and the one before it judge the same accounts."""

    def told(found: NDArray[np.float64]) -> dict[str, float]:
        return {name: round(measure(judged.bad, found), 4) for name, measure in measures.items()}

    return {
        "how": "outcomes that the card did not see",
        "mean": told(judged.challenger),
        "champion": told(judged.champion),
        "judged": {"outcomes": len(judged.bad), "bad": int(judged.bad.sum())},
    }


def require_enough(taught: Lessons, learn: Lessons, judge: Lessons) -> None:
    """Refuse lessons that are too few to learn from and to judge with.

    Errors: BadUse.
    """
    if len(learn) < LEAST or not learn.both or not judge.both:
        raise BadUse(
            f"{len(taught):,} outcomes, {taught.bads:,} bad, are too few to learn from and to judge with.",
            f"A card needs at least {LEAST} to learn from, and both kinds among them and among those that judge.",
        )


def tell_split(learn: Lessons, judge: Lessons, say: Say) -> None:
    """Say how many outcomes teach and how many judge."""
    first, last = days_from(judge), days_until(learn)
    which = "later ones" if first and last and first > last else "others, not later ones"
    say(
        f"Learning from {len(learn):,} outcomes ({learn.bads:,} bad), "
        f"judging on {len(judge):,} {which} ({judge.bads:,} bad)."
    )


def learnt_until(learn: Lessons) -> dict[str, str]:
    """Return up to which day outcomes were learnt from, for the card; nothing where they have no days."""
    last = days_until(learn)
    return {LEARNT_UNTIL: last.isoformat()} if last else {}


def _require_both(taught: Lessons) -> None:
    """Refuse lessons in which all accounts became the same.

    Errors: BadBook.
    """
    if not taught.both:
        word = "bad" if taught.bads else "good"
        raise BadBook(
            f"All {len(taught):,} outcomes are {word}; a card learns how good accounts differ from bad ones.",
            "Give the outcomes of all accounts, the good ones and the bad ones.",
        )


def _tell_doubts(champion: Card, taught: Lessons, say: Say) -> None:
    """Say what makes the judgement weaker than it looks."""
    if counts.same_accounts(champion, taught.features, taught.bad.to_numpy().astype(np.bool_)):
        say("Note: the present card was fitted on these very accounts, and judges them better than it would others.")
    if taught.days_tell:
        say(
            "Note: the days of the outcomes tell the good from the bad by themselves, so they put nothing in order; "
            "give each the day on which it was looked at, good or bad."
        )


def _tell_unknown(base: Card, taught: Lessons, wish: Wish, say: Say) -> None:
    """Say which characteristics the book is silent on: their points stay as they are, or they come on no new card."""
    own = [c.name for c in base.characteristics if c.name in wish.kept]
    silent = [name for name in own if taught.features[name].is_null().all()]
    if silent:
        say(
            f"Note: {len(silent)} of {len(own)} characteristics are known of no account, {silent[0]} among them; "
            "nothing is learnt about them. Fuller statements would tell them."
        )
    if base.segment.characteristic not in wish.kept:
        say(f"Note: {base.segment.characteristic} is left out, and goes on parting the accounts into segments.")


def _tell_not_used(card: Card, wish: Wish, say: Say) -> None:
    """Say which of the lender's own columns did not come on the card."""
    if unused := [header for name, header in wish.own.items() if name not in card.own]:
        say(f"Note: not on the card, since the outcomes it learnt from say nothing about it: {', '.join(unused)}.")


def _made(base: Card, learn: Lessons, wish: Wish, say: Say) -> tuple[Card, str]:
    """Return the card that so many outcomes allow, and how it was made.

    Errors: BadUse when the card to begin from has none of the characteristics that are wanted, and outcomes are few.
    """
    bad = learn.bad.to_numpy().astype(np.float64)
    many = len(bad) >= SCRATCH_FROM
    shared = any(c.name in wish.kept for c in base.characteristics)
    if not shared and not many:
        raise BadUse(
            f"The card {base.stamp} has none of those characteristics, and {len(bad):,} outcomes make no new card.",
            f"It takes {SCRATCH_FROM:,}; or name others that  deskcollect model show  lists.",
        )
    if not shared:
        say("Fitting a card from scratch; this takes a while.")
        try:
            return _fitted(base, learn, wish), "fitted from scratch"
        except ValueError as error:
            message = "None of those characteristics tells the bad accounts from the good ones."
            raise BadUse(message, "Name others;  deskcollect help cards  lists them.") from error
    narrow = narrowed(base, wish.kept)
    new = {name: header for name, header in wish.own.items() if name not in narrow.own}
    if len(bad) < ADAPT_FROM or min(learn.bads, len(bad) - learn.bads) < ADAPT_OF_EACH:
        say("These are few: only the level of the chances is moved.")
        if new:
            say(f"Columns of your own come on a card from {ADAPT_FROM} outcomes on, {ADAPT_OF_EACH} of each kind.")
        by = recalibrate.shift(weighing.of_card(narrow, learn.features), bad)
        card = recalibrate.recalibrated(narrow, by, version=wish.version)
        return replace(card, id=wish.name), recalibration(by)
    from deskcollect.scoring.adapt import RIDGE

    say(f"Moving the points of {base.stamp}.")
    narrow = widened(narrow, learn.features, new)
    adapted, held = _adapted(narrow, learn, wish)
    if held < RIDGE:
        say("They are held less than usual: accounts left out of the fit say clearly that they must move farther.")
    adapted = without_idle(adapted)
    how = f"points of {base.stamp} moved, ridge {held:g}"
    if many and _scratch_is_better(narrow, learn, wish, say):
        say("The card from scratch is the better one: fitting it on all that there is to learn from.")
        return _fitted(base, learn, wish), "fitted from scratch"
    return adapted, how


def _adapted(base: Card, learn: Lessons, wish: Wish) -> tuple[Card, float]:
    """Return a card with its points moved, and the ridge that held them.

    Errors: ValueError when all accounts went the same way.
    """
    from deskcollect.scoring import adapt

    held = adapt.ridge(base, learn.features, learn.bad)
    card = adapt.adapt(base, learn.features, learn.bad, name=wish.name, version=wish.version, ridge=held)
    return card, held


def recalibration(by: recalibrate.Shift) -> str:
    """Return in words how far level and spread moved."""
    spread = f", slope {by.slope:.3f}" if by.outcomes >= recalibrate.SPREAD_FROM else ""
    return f"recalibrated by {by.intercept:+.3f}{spread}"


def _scratch_is_better(base: Card, learn: Lessons, wish: Wish, say: Say) -> bool:
    """Fit a card of each kind on four in five of the accounts, and say which has the lower log loss on the fifth."""
    say("Fitting a card from scratch beside it, on four in five of the accounts; this takes a while.")
    sample = learn.features["account_id"].hash(seed=_SEED) % 5 == 0
    rest, part = learn.on(~sample), learn.on(sample)
    try:
        rivals = (
            _adapted(base, rest, wish)[0],
            _fitted(base, rest, wish),
        )
    except ValueError:  # one of them cannot be made of these accounts
        return False
    losses = [validate.log_loss(part.bad.to_numpy(), weighing.chances(card, part)) for card in rivals]
    say(f"Log loss on the fifth: {losses[0]:.4f} with the points moved, {losses[1]:.4f} from scratch.")
    return losses[1] < losses[0]


def _fitted(base: Card, learn: Lessons, wish: Wish) -> Card:
    """Return a card fitted on these lessons alone.

    Errors: ValueError when no characteristic tells anything.
    """
    from deskcollect.scoring.train import fit

    made = fit(
        learn.features,
        learn.bad,
        name=wish.name,
        version=wish.version,
        target=base.target,
        segment=base.segment,
        only=wish.kept,
        own={name: header for name, header in (base.own | dict(wish.own)).items() if name in wish.kept},
    )
    return made.card


def days_from(taught: Lessons) -> date | None:
    """Return the first day of which outcomes are."""
    return cast("date | None", taught.seen_on.min())


def days_until(taught: Lessons) -> date | None:
    """Return the last day of which outcomes are."""
    return cast("date | None", taught.seen_on.max())


def days_of(taught: Lessons) -> str:
    """Return of which days outcomes are, in words."""
    first, last = days_from(taught), days_until(taught)
    if first is None:
        return "outcomes without a day"
    return f"outcomes of {first}" if first == last else f"outcomes of {first} to {last}"
