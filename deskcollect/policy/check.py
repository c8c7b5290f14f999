"""What must hold across the rules of a policy: nothing shadowed, nothing left without an answer, no key used twice."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.near import did_you_mean
from deskcollect.policy import needs
from deskcollect.policy.check_incentives import check_incentives
from deskcollect.policy.check_restrictions import check_restrictions
from deskcollect.policy.template import personal
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import AlertLevel, Channel, PromiseStatus, Severity, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.policy.model import Policies, Ruleset, SignalRule

_NEEDS = frozenset({"amount", "due", "count", "at", "channel", "reason"})
_FACTS = frozenset({"contact_lost"})
_DATES = frozenset(column.name for column in frames.TIERED_FACTS if column.dtype == pl.Date)
_NUMBERS = frozenset(column.name for column in frames.TIERED_FACTS if column.dtype.is_numeric())
_MOMENTS = sorted(c.name for c in frames.WORKLIST if c.dtype == pl.Date or isinstance(c.dtype, pl.Datetime))
_WHO = frozenset({"account_id", "customer_id", "customer_name", "currency", "as_of", "today"})  # true of any account
_YEARS_OF_DAYS = 3_660
_EFFECT_MOST = 3  # log odds; 3 makes 10 % into 69 %
_COST_MOST = 1_000_000_000
_TRIES_MOST = 100_000


def check(policies: Policies, torn: frozenset[str] = frozenset()) -> Iterator[Issue]:
    """Go through a loaded policy and report what does not hold.

    Args:
        policies: the rules that could be read.
        torn: files of which some rule could not be read: what must be there is not missed in them.
    """
    for ruleset in (policies.buckets, policies.floors, policies.holds, policies.treatments, policies.signals,
                    policies.levels, policies.effects, policies.queues, policies.whys, policies.bands):  # fmt: skip
        yield from _unique(ruleset, "id")
    yield from _unique(policies.outcomes, "code")
    yield from _unique(policies.terms, "level")
    yield from _unique(policies.escalations, "role")
    yield from _unique(policies.contacts, "channel")
    yield from _unique(policies.costs, "currency")
    told = policies.restrictions
    yield from _unique(told.reasons, "code")
    for named in (told.kinds, told.checks, told.releases):
        yield from _unique(named, "id")
    yield from _unique(policies.incentives.measures, "id")
    yield from _unique(policies.incentives.prices, "currency")
    yield from _unique(policies.bands, "start_hour")
    for catching in (policies.buckets, policies.cuts, policies.treatments, policies.whys, told.releases):
        if catching.file not in torn:
            yield from _catch_all(catching)
    yield from _tiers(policies)
    yield from _keys(policies)
    yield from _signals(policies)
    if policies.levels.file not in torn:
        yield from _levels(policies)
    yield from _terms(policies, whole=policies.terms.file not in torn)
    yield from _escalations(policies)
    yield from _numbers(policies)
    if policies.outcomes.file not in torn:
        yield from _codes(policies)
    yield from _effects(policies)
    yield from _orders(policies)
    if policies.contacts.file not in torn:
        yield from _contacts(policies)
    if told.kinds.file not in torn:
        yield from check_restrictions(told)
    yield from check_incentives(policies.incentives)


def _orders(policies: Policies) -> Iterator[Issue]:
    """Report a queue that is ordered by what is no date."""
    for index, queue in enumerate(policies.queues):
        if queue.order and queue.order not in _MOMENTS:
            remedy = did_you_mean(queue.order, _MOMENTS) or "Name a column that holds a date, or take it out."
            yield _issue(policies.queues, index, f"order: “{queue.order}” is no date of an account", remedy)


def _issue(ruleset: Ruleset[Any], index: int, message: str, remedy: str) -> Issue:
    """Point at one rule."""
    line = ruleset.lines[index] if ruleset.lines else 1
    return Issue(Severity.ERROR, "policy", message, remedy, Place(file=ruleset.file, line=line))


def _unique(ruleset: Ruleset[Any], name: str) -> Iterator[Issue]:
    """Report two rules of one name."""
    seen: dict[str, int] = {}
    for index, rule in enumerate(ruleset):
        label = getattr(rule, name)
        if not str(label).strip():
            yield _issue(ruleset, index, f"{name} is empty", "Give the rule a name.")
        if label in seen:
            first = ruleset.lines[seen[label]]
            yield _issue(ruleset, index, f"“{label}” is there already, in line {first}", "Give one another name.")
        seen.setdefault(label, index)


def _catch_all(ruleset: Ruleset[Any]) -> Iterator[Issue]:
    """Report a table whose last rule does not catch everything, or that catches everything too early."""
    for index, rule in enumerate(ruleset):
        is_last = index == len(ruleset) - 1
        catches = rule.when.text.strip().upper() == "TRUE"
        if is_last and not catches:
            yield _issue(ruleset, index, "the last rule must catch all", 'Add a last rule with when = "TRUE".')
        if catches and not is_last:
            yield _issue(ruleset, index, "no rule after this one is ever reached", "Move it to the end.")
    if not len(ruleset):
        yield _issue(ruleset, 0, "there is no rule", 'Add one with when = "TRUE".')


def _tiers(policies: Policies) -> Iterator[Issue]:
    """Report an unknown tier."""
    for ruleset, name in ((policies.cuts, "tier"), (policies.floors, "at_least")):
        for index, rule in enumerate(ruleset):
            if getattr(rule, name) not in set(Tier):
                yield _issue(ruleset, index, f"“{getattr(rule, name)}” is no tier", "Write A, B, C, D or E.")


def _keys(policies: Policies) -> Iterator[Issue]:
    """Report two outcome codes on one key, and needs that no field answers."""
    keys: dict[str, str] = {}
    for index, outcome in enumerate(policies.outcomes):
        if outcome.code != outcome.code.upper() or not outcome.code:
            message = f"“{outcome.code}” must be a code in capitals"
            yield _issue(policies.outcomes, index, message, f"Write {outcome.code.upper() or 'a code'}.")
        for taken, code in keys.items():
            if outcome.key and (taken.startswith(outcome.key) or outcome.key.startswith(taken)):
                message = f"key “{outcome.key}” of {outcome.code} clashes with “{taken}” of {code}"
                yield _issue(policies.outcomes, index, message, "Give one of them another letter.")
        if outcome.key:
            keys[outcome.key] = outcome.code
        for need in sorted(set(outcome.needs) - _NEEDS):
            remedy = f"Known: {', '.join(sorted(_NEEDS))}."
            yield _issue(policies.outcomes, index, f"{outcome.code} needs “{need}”, which is no field", remedy)
        if outcome.next_from == "due" and "due" not in outcome.needs:
            message = f"{outcome.code} counts from the due date but does not ask for one"
            yield _issue(policies.outcomes, index, message, 'Add "due" to needs.')


def _signals(policies: Policies) -> Iterator[Issue]:
    """Report a signal without evidence or date, that no number measures, or that waits for a table which no book has."""
    for index, rule in enumerate(policies.signals):
        if rule.seen_on not in _DATES:
            message = f"seen_on: “{rule.seen_on}” is no column that holds a date"
            yield _issue(policies.signals, index, message, _nearest(rule.seen_on, _DATES))
        if rule.measure and rule.measure not in _NUMBERS:
            message = f"measure: “{rule.measure}” is no column that holds a number"
            yield _issue(policies.signals, index, message, _nearest(rule.measure, _NUMBERS))
        for need in chain.from_iterable(needs.alternatives(need) for need in rule.needs):
            if not needs.is_known(need):
                yield _issue(policies.signals, index, *_no_feed(need))
        if not set(rule.evidence.columns) - _WHO:
            message = "evidence: no column in it says what was found"
            yield _issue(policies.signals, index, message, f"Put what the condition looks at in braces: {_slot(rule)}.")
        elif (kept := personal(rule.evidence)) is not None:
            yield _issue(policies.signals, index, f"evidence: {kept[0]}", kept[1])


def _slot(rule: SignalRule) -> str:
    """Return a column of a rule's condition as its evidence could name it."""
    return f"{{{min(rule.when.columns - _WHO, default=rule.seen_on)}}}"


def _no_feed(need: str) -> tuple[str, str]:
    """Say that a rule waits for what no book has, and what may have been meant."""
    table, dot, column = need.partition(".")
    if dot and table in needs.COLUMNS and "=" not in column:
        known = needs.COLUMNS[table]
        return f"needs: “{need}” is no column of {table}", _nearest(column, known)
    if need.startswith(needs.KIND):
        return f"needs: “{need}” is no kind of transaction", _nearest(
            need.removeprefix(needs.KIND), frozenset(needs.KINDS)
        )
    if need.startswith(needs.DAYS):
        return f"needs: “{need}” names no number of days", f"Write it as in  {needs.DAYS}210"
    return f"needs: “{need}” is no table", _nearest(need, frozenset(feed for feed in needs.FEEDS if "." not in feed))


def _nearest(word: str, known: frozenset[str]) -> str:
    """Return a remedy that names what may have been meant."""
    return did_you_mean(word, known) or _known(known)


def _known(known: frozenset[str]) -> str:
    """Return a remedy that names all there is."""
    return f"Known: {', '.join(sorted(known))}."


def _levels(policies: Policies) -> Iterator[Issue]:
    """Report a level without a rule."""
    present = {rule.level for rule in policies.levels}
    for level in AlertLevel:
        if level.value not in present:
            yield _issue(policies.levels, 0, f"no rule leads to level {level}", "Add one.")


def _terms(policies: Policies, *, whole: bool) -> Iterator[Issue]:
    """Report a level without a term, where all could be read, and days that cannot be meant."""
    told = {term.level for term in policies.terms}
    for level in AlertLevel:
        if whole and level.value not in told:
            yield _issue(policies.terms, 0, f"level {level} has no term", "Add a [[term]] for it.")
    for index, term in enumerate(policies.terms):
        for name in ("acknowledge_days", "close_days", "snooze_max_days"):
            if not 0 <= getattr(term, name) <= _YEARS_OF_DAYS:
                words = _out_of_range(name, getattr(term, name), _YEARS_OF_DAYS)
                yield _issue(policies.terms, index, *words)


def _escalations(policies: Policies) -> Iterator[Issue]:
    """Report a case that would go round for ever."""
    onward: dict[str, str] = {rule.role: rule.to for rule in policies.escalations}
    for index, rule in enumerate(policies.escalations):
        way: list[str] = [rule.role]
        while way[-1] in onward and onward[way[-1]] not in way:
            way.append(onward[way[-1]])
        if onward.get(way[-1]) == rule.role:
            round_trip = " → ".join((*way, rule.role))
            yield _issue(policies.escalations, index, f"a case would go round: {round_trip}", "Let it end at one role.")
            return


def _codes(policies: Policies) -> Iterator[Issue]:
    """Report an effect on an unknown code."""
    for index, effect in enumerate(policies.effects):
        for code in effect.codes:
            if policies.outcome(code) is None:
                yield _issue(policies.effects, index, f"“{code}” is no outcome code", "See outcomes.toml.")


def _effects(policies: Policies) -> Iterator[Issue]:
    """Report an effect that nothing or too much brings."""
    for index, effect in enumerate(policies.effects):
        sources = sum((bool(effect.codes), bool(effect.promise), bool(effect.fact)))
        if sources != 1:
            message = f"“{effect.id}” needs exactly one of codes, promise and fact"
            yield _issue(policies.effects, index, message, "Keep one of them.")
        if effect.promise and effect.promise not in set(PromiseStatus):
            yield _issue(policies.effects, index, f"“{effect.promise}” is no state of a promise", "See the manual.")
        if effect.fact and effect.fact not in _FACTS:
            yield _issue(policies.effects, index, f"“{effect.fact}” is no known fact", "Known: contact_lost.")
        if not abs(effect.weight) <= policies.effect_bound:
            yield _issue(policies.effects, index, f"weight {effect.weight} is beyond the bound", "Make it smaller.")


def _numbers(policies: Policies) -> Iterator[Issue]:
    """Report numbers that cannot be meant and that nothing could be counted with."""
    alone = (
        (policies.effects, "bound", policies.effect_bound, 10),
        (policies.outcomes, "promise_grace_days", policies.promise_grace_days, _YEARS_OF_DAYS),
        (policies.outcomes, "promise_max_days", policies.promise_max_days, _YEARS_OF_DAYS),
        (policies.signals, "cap_share", policies.alert_cap_share, 1),
        (policies.terms, "quiet_days", policies.alert_quiet_days, _YEARS_OF_DAYS),
        (policies.terms, "suppress_max_days", policies.suppress_max_days, _YEARS_OF_DAYS),
    )
    for ruleset, name, value, most in alone:
        if not 0 <= value <= most:
            place = Place(file=ruleset.file, line=1)
            yield Issue(Severity.ERROR, "policy", *_out_of_range(name, value, most), place)
    for index, effect in enumerate(policies.effects):
        if not 0 <= effect.half_life_days <= _YEARS_OF_DAYS:
            words = _out_of_range("half_life_days", effect.half_life_days, _YEARS_OF_DAYS)
            yield _issue(policies.effects, index, *words)
    for index, outcome in enumerate(policies.outcomes):
        if not 0 <= (outcome.next_days or 0) <= _YEARS_OF_DAYS:
            words = _out_of_range("next_days", outcome.next_days or 0, _YEARS_OF_DAYS)
            yield _issue(policies.outcomes, index, *words)


def _contacts(policies: Policies) -> Iterator[Issue]:
    """Report a channel that nothing is assumed of, no band of hours, and numbers that cannot be meant."""
    told = {contact.channel for contact in policies.contacts}
    for channel in Channel:
        if channel.value not in told:
            yield _issue(policies.contacts, 0, f"nothing is assumed of “{channel}”", "Add a [[contact]] for it.")
    if not len(policies.bands):
        yield _issue(policies.bands, 0, "there is no band of hours", "Add a [[band]] with a start_hour.")
    numbers: list[tuple[Ruleset[Any], int, str, float, int]] = [
        *((policies.bands, index, "start_hour", band.start_hour, 23) for index, band in enumerate(policies.bands)),
        *((policies.contacts, index, "reach", rule.reach, 1) for index, rule in enumerate(policies.contacts)),
        *((policies.contacts, index, "effect", rule.effect, _EFFECT_MOST) for index, rule in enumerate(policies.contacts)),
        *(
            (policies.costs, index, channel.value, getattr(cost, channel.value), _COST_MOST)
            for index, cost in enumerate(policies.costs)
            for channel in Channel
        ),
    ]  # fmt: skip
    for ruleset, index, name, value, most in numbers:
        if not 0 <= value <= most:
            yield _issue(ruleset, index, *_out_of_range(name, value, most))
    weights = policies.reach
    for name, value, least, most in (
        ("desk_weight", weights.desk, 1, _TRIES_MOST),
        ("own_weight", weights.own, 1, _TRIES_MOST),
        ("own_band_weight", weights.own_band, 1, _TRIES_MOST),
        ("best_tries", weights.best_tries, 1, _TRIES_MOST),
        ("window_days", weights.window_days, 1, _YEARS_OF_DAYS),
    ):
        if not least <= value <= most:
            place = Place(file=policies.contacts.file, line=1)
            yield Issue(Severity.ERROR, "policy", *_out_of_range(name, value, most, least), place)


def _out_of_range(name: str, value: float, most: int, least: int = 0) -> tuple[str, str]:
    """Say that a number cannot be meant, and what could."""
    return f"{name} = {value} cannot be meant", f"Write a number from {least} to {most}."
