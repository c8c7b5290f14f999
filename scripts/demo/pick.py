"""Choose about 400 real accounts: those the cast names, and others drawn by kind so that every screen has something."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.demo import dice, facts
from scripts.demo.source import NEWEST, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

CAST = Path(__file__).with_name("cast.toml")
ACCOUNTS_IN_SEPTEMBER = 400
LEAVE_AFTER_JULY = 4
LEAVE_AFTER_AUGUST = 4
DOLLARS = 12
# How many of each kind are drawn beside the cast.
DRAWN = {
    "few": 20,
    "early": 36,
    "middle": 20,
    "middle-rolling": 7,
    "third-rolling": 4,
    "third-never-current": 4,
    "late-rolling": 2,
    "late-never-current": 2,
    "late-both": 2,
    "late-unpaid": 2,
    "straight-roller": 1,
    "cured": 38,
}
LOANS = {0: 16, 1: 4, 2: 2}
PAIRS_LATE, PAIRS_CURRENT = 6, 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """One account of the demo before it has numbers and dates.

    `owner` names the account whose customer also owns this one; `first_month` and `last_month` say which books hold
    it; `told` is its entry in cast.toml.
    """

    source: Source
    group: str
    role: str = ""
    owner: str = ""
    currency: str = "TWD"
    product: str = "credit_card"
    first_month: int = 0
    last_month: int = NEWEST
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the name that draws about this account go by."""
        return self.source.id


def cast() -> dict[str, Any]:
    """Read the cast."""
    return tomllib.loads(CAST.read_text("utf-8"))


def choose(known: Mapping[str, Source]) -> list[Chosen]:
    """Return all accounts of the demo."""
    told = cast()
    picked = [_role(known, role) for role in told["role"]]
    picked += _wanted(known, told["wanted"])
    taken = {one.key for one in picked} | set(told["wanted"]["not"])
    crowd = [source for source in known.values() if facts.believable(source)]
    for cycles, count in LOANS.items():
        picked += _draw_loans(crowd, taken, cycles, count)
    for group, count in DRAWN.items():
        picked += _draw(crowd, taken, group, count)
    missing = ACCOUNTS_IN_SEPTEMBER + LEAVE_AFTER_JULY + LEAVE_AFTER_AUGUST - len(picked)
    picked += _draw(crowd, taken, "healthy", missing)
    return _paired(_in_dollars(_leaving(picked)))


def _role(known: Mapping[str, Source], role: Mapping[str, Any]) -> Chosen:
    """Return the account of one role."""
    source = known[role["source"]]
    return Chosen(
        source,
        role.get("group", _kind(source)),
        role=role["id"],
        owner=role.get("with", ""),
        product=role.get("product", "credit_card"),
        told=role,
    )


def _wanted(known: Mapping[str, Source], wanted: Mapping[str, list[str]]) -> list[Chosen]:
    """Return the accounts that the cast wants without giving them a role."""
    kinds = [Chosen(known[name], "few") for name in wanted["few"]]
    kinds += [Chosen(known[name], "late") for name in wanted["early"]]
    new = [Chosen(known[name], "healthy", first_month=4) for name in wanted["new_in_august"]]
    return kinds + new + [Chosen(known[name], "healthy", first_month=5) for name in wanted["new_in_september"]]


def _kind(source: Source) -> str:
    """Return the kind of an account by its newest statement."""
    return "healthy" if source.cycles[NEWEST] == 0 else "late"


def _plain(source: Source) -> bool:
    """Say whether something is owed, and no month revolved on too little."""
    return source.balance[NEWEST - 1] > 1000 and source.balance[NEWEST] > 500 and facts.revolves_well(source)


def _owes(source: Source, cycles: range) -> bool:
    """Say whether a late account of so many cycles paid less than half of its last bill, one worth a call."""
    billed = source.balance[NEWEST - 1]
    return source.cycles[NEWEST] in cycles and source.paid[NEWEST] * 2 < billed > 8_000 and _plain(source)


def _few(source: Source) -> bool:
    """Say whether next to nothing of the last bill was paid by an account that was never late."""
    return (
        max(source.cycles) == 0
        and source.balance[NEWEST - 1] > 20_000
        and 0 < source.paid[NEWEST] * 100 < source.balance[NEWEST - 1] * 5
        and facts.revolves_well(source, range(1, NEWEST))
    )


def _small(source: Source) -> bool:
    """Say whether the account is late by four cycles or more with a limit as a small lender gives it."""
    return _owes(source, range(4, 9)) and source.limit <= 200_000


_KINDS: dict[str, tuple[Callable[[Source], bool], frozenset[str]]] = {
    "few": (_few, frozenset()),
    "early": (lambda s: _owes(s, range(1, 2)), frozenset()),
    "middle": (lambda s: _owes(s, range(2, 3)), frozenset()),
    "middle-rolling": (lambda s: _owes(s, range(2, 3)), frozenset({"rolling"})),
    "third-rolling": (lambda s: _owes(s, range(3, 4)), frozenset({"rolling"})),
    "third-never-current": (lambda s: _owes(s, range(3, 4)), frozenset({"never-current"})),
    "late-rolling": (lambda s: _owes(s, range(4, 9)), frozenset({"rolling"})),
    "late-never-current": (_small, frozenset({"never-current"})),
    "late-both": (_small, frozenset({"rolling", "never-current"})),
    "late-unpaid": (_small, frozenset({"rolling", "unpaid-cycles"})),
    "straight-roller": (_small, frozenset({"rolling", "unpaid-cycles", "straight-roller"})),
    "cured": (lambda s: s.cycles[NEWEST] == 0 < max(s.cycles[3:]) and _plain(s), frozenset()),
    "healthy": (lambda s: max(s.cycles[3:]) == 0 and _plain(s), frozenset()),
}


def _draw(known: Iterable[Source], taken: set[str], group: str, count: int) -> list[Chosen]:
    """Draw accounts of a kind that set off exactly the warnings of that kind."""
    fits, warned = _KINDS[group]
    drawn = _first(known, taken, group, count, lambda s: fits(s) and facts.warnings(s) == warned)
    return [Chosen(source, "few" if group == "few" else _kind(source)) for source in drawn]


def _draw_loans(known: Iterable[Source], taken: set[str], cycles: int, count: int) -> list[Chosen]:
    """Draw accounts that are paid down like a loan."""

    def fits(source: Source) -> bool:
        late = source.cycles[NEWEST] == cycles and _plain(source) and not facts.warnings(source)
        return late and facts.shrinks(source)

    drawn = _first(known, taken, f"loan {cycles}", count, fits)
    return [Chosen(source, _kind(source), product="instalment_loan") for source in drawn]


def _first(
    known: Iterable[Source], taken: set[str], group: str, count: int, fits: Callable[[Source], bool]
) -> list[Source]:
    """Draw so many of those that fit and are not taken, and take them."""
    pool = {source.id: source for source in known if source.id not in taken and fits(source)}
    drawn = dice.shuffled(pool, "draw", group)[:count]
    if len(drawn) < count:
        message = f"only {len(drawn)} of {count} accounts for {group}"
        raise ValueError(message)
    taken.update(drawn)
    return [pool[name] for name in drawn]


def _change(picked: list[Chosen], names: Iterable[str], **values: Any) -> list[Chosen]:
    """Return the accounts with some fields changed for those named."""
    chosen = set(names)
    return [replace(one, **values) if one.key in chosen else one for one in picked]


def _crowd(picked: list[Chosen], group: str) -> list[str]:
    """Return the names of accounts without a role that are in all books and have no owner but themselves."""
    free = [
        one.key
        for one in picked
        if one.group == group and not one.role and not one.owner and (one.first_month, one.last_month) == (0, NEWEST)
    ]
    return dice.shuffled(free, "crowd", group)


def _leaving(picked: list[Chosen]) -> list[Chosen]:
    """Let some accounts leave the book."""
    names = _crowd(picked, "healthy")
    july, august = names[:LEAVE_AFTER_JULY], names[LEAVE_AFTER_JULY : LEAVE_AFTER_JULY + LEAVE_AFTER_AUGUST]
    return _change(_change(picked, july, last_month=3), august, last_month=4)


def _in_dollars(picked: list[Chosen]) -> list[Chosen]:
    """Keep some accounts in US dollars: about half of them late."""
    late = _crowd(picked, "few")[:1] + _crowd(picked, "late")[: DOLLARS // 2]
    chosen = late + _crowd(picked, "healthy")[: DOLLARS - len(late)]
    return _change(picked, chosen, currency="USD")


def _paired(picked: list[Chosen]) -> list[Chosen]:
    """Give some customers two or three accounts: all late or all current, so that one says nothing new of another."""
    late = [name for name in _crowd(picked, "late") if _currency(picked, name) == "TWD"]
    current = [name for name in _crowd(picked, "healthy") if _currency(picked, name) == "TWD"]
    for names, pairs in ((late, PAIRS_LATE), (current, PAIRS_CURRENT)):
        for number in range(pairs):
            picked = _change(picked, [names[2 * number + 1]], owner=names[2 * number])
        picked = _change(picked, [names[2 * pairs]], owner=names[0])
    return picked


def _currency(picked: list[Chosen], name: str) -> str:
    """Return the currency of an account."""
    return next(one.currency for one in picked if one.key == name)
