"""Whatever the umask, only the owner can read what the program writes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.privacy.lines import TRIES
from tests.privacy.marked import files_in
from tests.privacy.place import Place
from tests.tui.person import at_desk

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows guards files by the profile")


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Let new files be open to everybody, unless who makes them says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def wider(*folders: Path) -> list[str]:
    """Return what others than the owner can read or write."""
    found = [path for folder in folders for path in [folder, *folder.rglob("*")]]
    return [f"{path} {mode:o}" for path in found if (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077]


def closed(*folders: Path) -> set[Path]:
    """Close to others what a test has put there, and return it."""
    found = {path for folder in folders for path in [folder, *folder.rglob("*")]}
    for path in found:
        path.chmod(0o700 if path.is_dir() else 0o600)
    return found


@pytest.mark.usefixtures("open_umask")
def test_only_the_owner_can_read_what_commands_write(place: Place, scratch: Path) -> None:
    known = closed(place.desk, place.out)
    for tried in TRIES.values():
        for command in (*tried.before, tried.works, tried.fails):
            place.run(command)
    with max((place.desk / "ledger").glob("*.jsonl")).open("ab") as file:
        file.write(b'{"s":')
    place.run(f"record TW-000190 NA --by ana --desk {place.desk}")
    assert (place.desk / "ledger" / "quarantine.bin").exists()
    assert set(place.desk.rglob("*")) - known
    assert wider(place.desk, place.out, *scratch.iterdir()) == []


@pytest.mark.usefixtures("open_umask")
async def test_only_the_owner_can_read_what_the_screens_write(marked: Path) -> None:
    closed(marked)
    async with at_desk(marked) as person:
        await person.press("r", "n", "ctrl+s")
        await person.press("r", "n")
        await person.type("later")
    assert "state.json" in {path.name for path in files_in(marked)}
    assert wider(marked) == []


@pytest.mark.usefixtures("open_umask")
def test_only_the_owner_can_read_a_new_desk(place: Place) -> None:
    closed(place.out)
    assert place.run(TRIES["init"].works).code == 0
    assert place.run("demo --dir {out}/demo").code == 0
    assert wider(place.out) == []
