"""Invented customers: names in many scripts, numbers from ranges reserved for fiction, addresses of no place.

Source of the ranges: Ofcom "Telephone numbers for use in TV and radio drama programmes"; North American 555-0100 to
555-0199; ACMA "Phone numbers for use in TV shows, films and creative works". Taiwan has reserved none.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.demo import dice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scripts.demo.pick import Chosen

NAMES = Path(__file__).with_name("names.toml")
# Prefix, first number and how many there are; written as prefix plus zero-padded rest.
MOBILE = (("+44 7700 900", 0, 1000, 3),)
FIXED = (
    ("+44 20 7946 0", 0, 1000, 3),
    ("+44 161 496 0", 0, 1000, 3),
    ("+44 29 2018 0", 0, 1000, 3),
    ("+1 212 555 01", 0, 100, 2),
    ("+1 415 555 01", 0, 100, 2),
    ("+61 2 5550 ", 0, 1000, 4),
    ("+61 3 7010 ", 0, 1000, 4),
)
# Number and address of the one customer who moves; the number is outside the ranges above, so nobody else has it.
MOVED_TO = ("+44 131 496 0123", "9 Cistern Row, Eastmere")
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "đ": "d", "Đ": "D", "ø": "o"})
DOMAINS = ("example.com", "example.net", "example.org")


@dataclass(frozen=True, slots=True)
class Contact:
    """One more number of a customer."""

    kind: str
    value: str
    consent: bool
    consent_date: str


@dataclass(frozen=True, slots=True)
class Person:
    """One invented customer."""

    customer_id: str
    name: str
    language: str
    timezone: str
    phone: str
    phone_2: str
    email: str
    address: str
    contacts: tuple[Contact, ...]


def people(owners: list[Chosen]) -> dict[str, Person]:
    """Return the customers by the key of the account that stands for each."""
    pools = tomllib.loads(NAMES.read_text("utf-8"))
    mobiles, fixed = _numbers(MOBILE), _numbers(FIXED)
    used = {one.told["name"] for one in owners if "name" in one.told}
    made = {}
    for number, owner in enumerate(owners, start=1):
        pool = _pool(pools, owner, used)
        name = owner.told.get("name") or _unused(pool, owner.key, used)
        made[owner.key] = _person(owner, f"C-{number:05d}", name, pool, numbers=(mobiles, fixed))
    return made


def _person(
    owner: Chosen, customer_id: str, name: str, pool: Mapping[str, Any], *, numbers: tuple[Iterator[str], Iterator[str]]
) -> Person:
    """Put one customer together."""
    key, (mobiles, fixed) = owner.key, numbers
    alone = owner.told.get("numbers") == 2
    second = next(fixed) if alone or dice.chance(45, "second", key) else ""
    return Person(
        customer_id=customer_id,
        name=name,
        language=owner.told.get("language", pool["language"]),
        timezone=owner.told.get("zone", "Asia/Taipei" if owner.role else dice.pick(pool["zones"], "zone", key)),
        phone=next(mobiles),
        phone_2=second,
        email=_email(name, customer_id, key),
        address=_address(pool, key),
        contacts=() if alone else tuple(_contacts(key, mobiles, fixed)),
    )


def _numbers(ranges: tuple[tuple[str, int, int, int], ...]) -> Iterator[str]:
    """Yield each number of some ranges once, in an order that looks like chance."""
    every = [f"{prefix}{first + n:0{width}d}" for prefix, first, count, width in ranges for n in range(count)]
    return iter(dice.shuffled(every, "numbers"))


def _pool(pools: Mapping[str, Any], owner: Chosen, used: set[str]) -> Mapping[str, Any]:
    """Return what belongs to the language of a customer; where its names are used up, the Chinese pool."""
    chinese: Mapping[str, Any] = pools["chinese"]
    others: list[Mapping[str, Any]] = pools["people"]
    if owner.role:
        language = owner.told.get("language", chinese["language"])
        return next((pool for pool in (chinese, *others) if pool["language"] == language), others[0])
    place = dice.between(0, 99, "language", owner.key)
    for pool in others:
        place -= pool["weight"]
        if place < 0:
            return pool if any(name not in used for name in pool["names"]) else chinese
    return chinese


def _unused(pool: Mapping[str, Any], key: str, used: set[str]) -> str:
    """Return a name that nobody has yet."""
    names = pool.get("names") or [f + g for f in pool["family"] for g in pool["given"]]
    free = [name for name in names if name not in used and name not in pool.get("never", ())]
    name = str(dice.pick(free, "name", key))
    used.add(name)
    return name


def _email(name: str, customer_id: str, key: str) -> str:
    """Return an address at a domain that is reserved for examples, or none."""
    if dice.chance(20, "no email", key):
        return ""
    folded = unicodedata.normalize("NFKD", name.translate(_PLAIN)).encode("ascii", "ignore").decode().lower()
    words = ["".join(c for c in word if c.isalpha()) for word in folded.split()][:2]
    local = ".".join(words) if len(words) == 2 and all(words) else "customer"
    return f"{local}.{int(customer_id[2:])}@{dice.pick(DOMAINS, 'domain', key)}"


def _address(pool: Mapping[str, Any], key: str) -> str:
    """Return the address of no place."""
    if "roads" in pool:
        lane, floor = dice.between(1, 198, "lane", key), dice.between(1, 12, "floor", key)
        return f"{dice.pick(pool['towns'], 'town', key)}{dice.pick(pool['roads'], 'road', key)}{lane}號{floor}樓"
    return f"{dice.pick(pool['streets'], 'street', key)}, {dice.pick(pool['towns'], 'town', key)}"


def _contacts(key: str, mobiles: Iterator[str], fixed: Iterator[str]) -> Iterator[Contact]:
    """Yield further numbers of a customer."""
    for kind, percent, source in (("work", 30, fixed), ("home", 22, fixed), ("mobile", 8, mobiles)):
        if dice.chance(percent, "contact", kind, key):
            agreed = dice.chance(75, "consent", kind, key)
            year, month = dice.between(2018, 2025, "year", kind, key), dice.between(1, 12, "month", kind, key)
            day = f"{year}-{month:02d}-{dice.between(1, 28, 'day', kind, key):02d}"
            yield Contact(kind, next(source), agreed, day if agreed else "")
