"""Whatever the umask, only the owner can read what the program writes.

What each command writes is looked at where it is tried for markers (test_markers.py).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.privacy.lines import TRIES
from tests.privacy.marked import files_in
from tests.privacy.place import Place, closed, wider
from tests.tui.person import at_desk

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows guards files by the profile")


@pytest.mark.usefixtures("open_umask")
def test_only_the_owner_can_read_what_is_put_aside(place: Place) -> None:
    with max((place.desk / "ledger").glob("*.jsonl")).open("ab") as file:
        file.write(b'{"s":')
    place.run(f"record TW-000190 NA --by ana --desk {place.desk}")
    assert (place.desk / "ledger" / "quarantine.bin").exists()
    assert place.open_to_others() == []


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
    assert place.run(TRIES["init"].works).code == 0
    assert place.run("demo --dir {out}/demo").code == 0
    assert place.open_to_others() == []
