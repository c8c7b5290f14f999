"""What each key does and where, and the keys of desk.toml that change it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.keys import Keys

from deskcollect.present.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from textual.dom import DOMNode

SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "question_mark": "?",
        "colon": ":",
        "slash": "/",
        "full_stop": ".",
        "comma": ",",
        "escape": "esc",
        "enter": "⏎",
        "asterisk": "*",
        "left_square_bracket": "[",
        "right_square_bracket": "]",
        "down": "↓",
        "up": "↑",
        "left": "←",
        "right": "→",
        "pagedown": "pgdn",
        "pageup": "pgup",
    }
)
# the ways out and the ways to help stay where everybody looks for them
_FIXED: Mapping[str, str] = MappingProxyType(
    {"app.help": "question_mark", "nav.back": "escape", "app.palette": "colon", "app.quit": "ctrl+q"}
)
_NAMED = {key.value for key in Keys if key.value.isidentifier()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a key does: its id, its usual keys, what it does, on which screens."""

    id: str
    keys: str
    does: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys that hold: those of the program where `changed` names no other; and what is wrong with desk.toml."""

    changed: Mapping[str, str]
    faults: tuple[str, ...] = ()

    def of(self, binding: Binding) -> str:
        """Return the keys of a binding, as Textual writes them."""
        return self.changed.get(binding.id or "", binding.key)

    def shown(self, binding: Binding) -> str:
        """Return the first key of a binding as the hints write it."""
        return shown(self.of(binding).split(",")[0])


USUAL = Keymap(MappingProxyType({}))


def shown(key: str) -> str:
    """Return a key as a person reads it."""
    return SHOWN.get(key, key)


def all_shown(keys: str) -> str:
    """Return several keys as a person reads them."""
    return " ".join(shown(key) for key in keys.split(","))


def bindings(*nodes: type[DOMNode] | DOMNode) -> Iterator[Binding]:
    """Go through the named bindings of screens and widgets, the nearest first, each id once."""
    seen: set[str] = set()
    for node in nodes:
        kind = node if isinstance(node, type) else type(node)
        for parent in kind.__mro__:
            if not parent.__module__.startswith("deskcollect"):
                continue
            for binding in vars(parent).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id and binding.id not in seen:
                    seen.add(binding.id)
                    yield binding


def screens() -> dict[str, tuple[type[DOMNode], ...]]:
    """Return the parts of the program whose keys hold together, by the name that the help gives them."""
    from deskcollect.tui.app import DeskApp
    from deskcollect.tui.screens.account import AccountView
    from deskcollect.tui.screens.alerts import Alerts
    from deskcollect.tui.screens.confirm import Confirm
    from deskcollect.tui.screens.decide import Decide
    from deskcollect.tui.screens.explain import Explain
    from deskcollect.tui.screens.record import Record
    from deskcollect.tui.screens.restrictions import Restrictions
    from deskcollect.tui.screens.what_if import WhatIf
    from deskcollect.tui.screens.worklist import Worklist
    from deskcollect.tui.widgets.table import Table

    return {
        "Worklist": (Worklist, Table, DeskApp),
        "Alerts": (Alerts, Table, DeskApp),
        "Restrictions": (Restrictions, Table, DeskApp),
        "Account": (AccountView, DeskApp),
        "Record": (Record, DeskApp),
        "Decide": (Decide, DeskApp),
        "What if": (WhatIf, DeskApp),
        "Yes or no": (Confirm, DeskApp),
        "Explain": (Explain, DeskApp),
    }


def catalogue() -> tuple[Entry, ...]:
    """Return everything that keys do, in the order of the screens."""
    found: dict[str, Entry] = {}
    for name, nodes in screens().items():
        for binding in bindings(*nodes):
            assert binding.id
            known = found.get(binding.id)
            where = (*known.where, name) if known else (name,)
            does, keys = (known.does, known.keys) if known else (binding.description, binding.key)
            found[binding.id] = Entry(binding.id, keys, does, where)
    return tuple(found.values())


def read(wanted: Mapping[str, str]) -> Keymap:
    """Check the keys of desk.toml; what cannot be used is left out and named, the others hold."""
    if not wanted:
        return USUAL
    entries = {entry.id: entry for entry in catalogue()}
    changed: dict[str, str] = {}
    faults: list[str] = []
    for name, keys in wanted.items():
        parts = [_long(key.strip()) for key in keys.split(",")] if keys != "," else ["comma"]
        fault = _fault(name, parts, entries) or _clash(name, parts, entries, changed)
        if fault:
            faults.append(f"[keys] {clean(name, limit=40)} = {clean(keys, limit=40)}: {fault}")
        else:
            changed[name] = ",".join([*parts, *([_FIXED[name]] if name in _FIXED else [])])
    return Keymap(MappingProxyType(changed), tuple(faults))


def _long(key: str) -> str:
    """Return a key as Textual names it: `?` is question_mark."""
    return next((name for name, sign in SHOWN.items() if sign == key), key)


def _fault(name: str, keys: Iterable[str], entries: Mapping[str, Entry]) -> str:
    """Say what is wrong with one line by itself; empty if nothing is."""
    if name not in entries:
        near = get_close_matches(name, list(entries), n=1, cutoff=0.5)
        return f"nothing is called so.{f' Did you mean {near[0]}?' if near else ''}"
    for key in keys:
        if not _is_key(key):
            return f"“{clean(key)}” is no key. Write one as in  r  or  ctrl+r  or  f5."
        taken = next((fixed for fixed, reserved in _FIXED.items() if reserved == key and fixed != name), "")
        if taken:
            return f"{shown(key)} always means “{entries[taken].does}” and cannot be taken."
    return ""


def _is_key(key: str) -> bool:
    """Tell whether a terminal can send such a key."""
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    known = (len(last) == 1 and last.isprintable()) or last in _NAMED or last in SHOWN
    return known and all(modifier in {"ctrl", "shift", "alt"} for modifier in modifiers)


def _clash(name: str, keys: Iterable[str], entries: Mapping[str, Entry], changed: Mapping[str, str]) -> str:
    """Say which other action has one of the keys on the same screen; empty if none has."""
    for other in entries.values():
        if other.id == name or not set(other.where) & set(entries[name].where):
            continue
        both = set(changed.get(other.id, other.keys).split(",")) & set(keys)
        if both:
            return f"{shown(min(both))} is “{other.does}” on the same screen ({other.id})."
    return ""
