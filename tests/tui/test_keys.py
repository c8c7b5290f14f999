"""Keys of desk.toml: taken where they can be, named with the reason where they cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deskcollect import settings
from deskcollect.tui import keys
from deskcollect.tui.screens.record import Record
from tests.tui.person import at_desk


def test_a_key_is_changed() -> None:
    read = keys.read({"work.record": "f5", "list.lens": "ctrl+l,L"})
    assert dict(read.changed) == {"work.record": "f5", "list.lens": "ctrl+l,L"}
    assert read.faults == ()


@pytest.mark.parametrize(
    ("name", "key", "fault"),
    [
        ("work.recrod", "f5", "nothing is called so. Did you mean work.record?"),
        ("work.record", "F5!", "“F5!” is no key."),
        ("work.record", "ctrl+ctrl", "is no key."),
        ("work.record", "", "“” is no key."),
        ("work.record", "?", "? always means “Help for this screen” and cannot be taken."),
        ("work.record", "escape", "cannot be taken"),
        ("work.record", ":", "cannot be taken"),
        ("work.record", "ctrl+q", "cannot be taken"),
        ("work.record", "n", "n is “Next account that may be worked” on the same screen (work.next)."),
        ("work.record", "r,j", "j is “Down” on the same screen (nav.down)."),
    ],
)
def test_a_key_that_cannot_be_taken_is_left_out_and_named(name: str, key: str, fault: str) -> None:
    read = keys.read({name: key, "list.lens": "L"})
    assert dict(read.changed) == {"list.lens": "L"}
    assert len(read.faults) == 1
    assert fault in read.faults[0]
    assert name in read.faults[0]


def test_two_changes_to_one_key_leave_the_first() -> None:
    read = keys.read({"list.lens": "f6", "list.tier": "f6"})
    assert dict(read.changed) == {"list.lens": "f6"}
    assert "list.tier" in read.faults[0]


def test_keys_of_different_screens_may_be_the_same() -> None:
    assert keys.read({"form.save": "f9", "list.lens": "f9"}).faults == ()


def test_the_ways_out_keep_their_key_beside_the_new_one() -> None:
    assert keys.read({"nav.back": "f8"}).changed["nav.back"] == "f8,escape"


def test_a_key_that_is_freed_may_be_taken() -> None:
    read = keys.read({"work.next": "f7", "work.record": "n"})
    assert read.changed["work.record"] == "n"


def test_every_action_has_an_id_and_no_two_share_a_key_on_one_screen() -> None:
    for name, nodes in keys.screens().items():
        used: dict[str, str] = {}
        for binding in keys.bindings(*nodes):
            for key in binding.key.split(","):
                assert used.setdefault(key, str(binding.id)) == binding.id, f"{name}: {key}"


def test_the_unbound_letters_stay_unbound_in_lists() -> None:
    for name in ("Worklist", "Alerts"):
        bound = {key for binding in keys.bindings(*keys.screens()[name]) for key in binding.key.split(",")}
        assert not bound & {
            "d",
            "i",
            "b",
            "e",
            "ctrl+a",
            "ctrl+b",
            "ctrl+h",
            "ctrl+i",
            "ctrl+j",
            "ctrl+m",
            "f10",
            "f11",
        }
        assert not any(key.startswith("alt") for key in bound)


async def test_changed_keys_work_and_the_footer_and_the_help_show_them(demo: Path) -> None:
    told = settings.read(demo)
    changed = {"work.record": "ctrl+r", "list.lens": "j"}
    settings.write(demo, replace(told, keys=changed))
    async with at_desk(demo) as person:
        assert "[keys] list.lens = j: j is “Down”" in person.message
        assert "ctrl+r Record…" in person.lines[-1]
        await person.press("r")
        assert person.message.startswith("r is no key here.")
        await person.press("question_mark")
        await person.type("record an")
        assert "ctrl+r" in person.sees
        assert "(was r)" in person.sees
        await person.press("escape", "ctrl+r")
        assert isinstance(person.app.screen, Record)
