"""What must hold across the rules of incentives.toml: nothing harsh in haste, by one person, or by the score alone."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlglot
from sqlglot import exp

from deskcollect import frames
from deskcollect.currency import minor_units
from deskcollect.near import did_you_mean
from deskcollect.policy.condition import compile_condition
from deskcollect.policy.template import personal
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import MeasureKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.policy.incentives import Incentives, Measure
    from deskcollect.policy.model import Condition, Ruleset

AMOUNT = "measure_amount"
_YEARS_OF_DAYS = 3_660
_FEE_MOST = Decimal(10) ** 9
_SCORES = frozenset(
    {
        *("score", "card_score", "prob_default", "card_milli", "effect_milli", "card", "coverage"),
        *("tier", "tier_rule", "score_two_ago", "tiers_fallen"),
    }
)
_WHO = frozenset(
    {
        *("account_id", "customer_id", "customer_name", "phone", "phone_2", "email", "address", "language", "timezone"),
        *("product", "currency", "collector", "branch", "as_of", "today", "seen_until", "opened_on"),
        *("hold_rule", "restriction", "restriction_reason", "restricted_on", "treatment", "state", "why"),
    }
)  # whose account it is and what the desk itself made of it: neither what the customer did nor what is at stake
_SPARES = frozenset(
    {"disputed", "deceased", "bankrupt", "attorney", "cease_contact", "vulnerable", "autopay", "verify"}
)


def check_incentives(told: Incentives) -> Iterator[Issue]:
    """Report consequences that come too fast or from too little, measures without reason, numbers that cannot be meant."""
    if not 1 <= told.lapse_days <= _YEARS_OF_DAYS:
        remedy = f"Write a number from 1 to {_YEARS_OF_DAYS}."
        place = Place(file=told.measures.file, line=1)
        yield Issue(Severity.ERROR, "policy", f"lapse_days = {told.lapse_days} cannot be meant", remedy, place)
    for index, measure in enumerate(told.measures):
        for message, remedy in (*_each(measure), *_amounts(measure), *_kind(measure)):
            yield _issue(told.measures, index, message, remedy)
    for index, price in enumerate(told.prices):
        if price.currency not in minor_units():
            remedy = did_you_mean(price.currency.upper(), minor_units()) or "Write a code of ISO 4217, as in EUR."
            yield _issue(told.prices, index, f"“{price.currency}” is no currency", remedy)
        if _fee(price.late_fee) is None:
            message = f"late_fee = “{price.late_fee}” is no amount from 0 to {_FEE_MOST:,}"
            yield _issue(told.prices, index, message, 'Write it as in late_fee = "12.50".')
        if not price.source.strip():
            yield _issue(told.prices, index, "source is empty", "Say where the price is from, or that it is assumed.")


def _each(measure: Measure) -> Iterator[tuple[str, str]]:
    """Report what any measure must have: a name, a reason with a fact in it, a limit."""
    if measure.id != measure.id.lower() or not measure.id.replace("-", "").isalnum():
        yield f"“{measure.id}” is no name that can be typed", "Write it in small letters, digits and hyphens."
    if AMOUNT in measure.when.columns or AMOUNT in measure.why.columns:
        yield f"{AMOUNT} is known to cost_or_gain only", "Take it out of when and why."
    if not set(measure.why.columns) - _WHO - {AMOUNT}:
        slot = min(measure.when.columns - _WHO - _SCORES, default="dpd")
        yield "why: no column in it says what was found", f"Put what the condition looks at in braces: {{{slot}}}."
    for name, sentence in (("why", measure.why), ("cost_or_gain", measure.cost_or_gain)):
        if set(sentence.columns) - _WHO and (kept := personal(sentence)) is not None:
            yield f"{name}: {kept[0]}", kept[1]
    if not 1 <= measure.once_in_days <= _YEARS_OF_DAYS:
        yield f"once_in_days = {measure.once_in_days} cannot be meant", f"Write a number from 1 to {_YEARS_OF_DAYS}."


def _amounts(measure: Measure) -> Iterator[tuple[str, str]]:
    """Report an amount that is counted in two ways, or in a way that cannot be meant."""
    ways = [bool(measure.fees), bool(measure.rate_points or measure.months), bool(measure.limit_share)]
    if sum(ways) > 1:
        yield "fees, rate_points and limit_share are three ways to count", "Keep one of them."
    if bool(measure.rate_points) != bool(measure.months):
        yield "rate_points and months belong together", "Write both or neither."
    for name, value, most in (
        ("fees", measure.fees, 100),
        ("rate_points", measure.rate_points, 100),
        ("months", measure.months, 120),
        ("limit_share", measure.limit_share, 10),
    ):
        if not 0 <= value <= most:
            yield f"{name} = {value} cannot be meant", f"Write a number from 0 to {most}."
    named = AMOUNT in measure.cost_or_gain.columns
    if any(ways) and not named:
        yield "cost_or_gain does not say what it comes to", f"Put {{{AMOUNT}:money}} into it."
    if named and not any(ways):
        yield f"{AMOUNT} comes from nothing", "Write fees, rate_points with months, or limit_share."
    if (measure.rate_points or measure.limit_share) and not measure.assumption.strip():
        yield "what its amount takes for granted is not said", 'Add assumption = "…".'


def _kind(measure: Measure) -> Iterator[tuple[str, str]]:
    """Report a consequence without notice, second person or regard for a hold, or by score alone; a wait for a favour."""
    if measure.kind != MeasureKind.CONSEQUENCE.value:
        if measure.wait_days:
            yield "an incentive waits for nothing", "Take wait_days out."
        return
    if not 1 <= measure.wait_days <= _YEARS_OF_DAYS:
        message = "a consequence needs a waiting time after its notice"
        yield message, f"Write wait_days = a number from 1 to {_YEARS_OF_DAYS}."
    if not measure.second_person:
        yield "a consequence needs a second person", "Write second_person = true."
    if measure.ends:
        yield "a consequence ends no restriction", "Take ends out."
    if "hold_rule" not in measure.when.columns:
        yield "when: it does not look at holds", "Add  AND hold_rule IS NULL."
    if not looks_at_conduct(measure.when):
        message = "when: it may be met by score or tier alone, and nobody is pressed for a score"
        yield message, "Name in every branch what the customer did or what is at stake, such as dpd or exposure."


def looks_at_conduct(condition: Condition) -> bool:
    """Say whether no account can meet a condition without something it did, or owes, speaking against it.

    Each branch of an OR must look at such a fact, and one part of an AND is enough. A part that holds where nothing is known,
    such as `claims_paid_on IS NULL`, spares people and speaks against nobody.
    """
    return _looks(sqlglot.parse_one(condition.text, dialect="postgres", into=exp.Condition), denied=False)


def _looks(node: exp.Expr, *, denied: bool) -> bool:
    """Say so of a part; where it is denied, AND and OR change places."""
    if isinstance(node, exp.Paren):
        return _looks(node.this, denied=denied)
    if isinstance(node, exp.Not):
        return _looks(node.this, denied=not denied)
    if isinstance(node, exp.And | exp.Or):
        parts = (_looks(part, denied=denied) for part in (node.left, node.right))
        return all(parts) if isinstance(node, exp.Or) != denied else any(parts)
    named = {column.name for column in node.find_all(exp.Column)}
    if not named - _SCORES - _WHO - _SPARES:
        return False
    text = node.sql(dialect="postgres")
    return not _holds_of_nothing(f"NOT ({text})" if denied else text, named)


def _holds_of_nothing(text: str, named: set[str]) -> bool:
    """Say whether a predicate holds of an account of which nothing is known."""
    columns = {column.name: column.dtype for column in frames.MEASURED if column.name in named}
    nothing = pl.DataFrame({name: [None] for name in columns}, schema=columns)
    return bool(nothing.select(compile_condition(text, frames.MEASURED).expr).item())


def _fee(text: str) -> Decimal | None:
    """Return an exact amount, None where it is none that can be meant."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= _FEE_MOST else None


def _issue(ruleset: Ruleset[Any], index: int, message: str, remedy: str) -> Issue:
    """Point at one rule."""
    line = ruleset.lines[index] if ruleset.lines else 1
    return Issue(Severity.ERROR, "policy", message, remedy, Place(file=ruleset.file, line=line))
