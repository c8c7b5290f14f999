"""Two desks that meet by a stick: export, merge, adopt; and whose customers are whose."""

from __future__ import annotations

import shutil
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deskcollect import desk_toml, settings
from deskcollect.ledger.replication import bundle

if TYPE_CHECKING:
    from tests.cli.line import Run


@pytest.fixture
def north(desk: Path) -> Path:
    """Return a desk in a team of two."""
    return named(desk, "north")


@pytest.fixture
def front(desk: Path, tmp_path: Path) -> Path:
    """Return the other one."""
    shutil.copytree(desk, tmp_path / "front")
    return named(tmp_path / "front", "front")


def named(folder: Path, name: str) -> Path:
    """Give a desk a name and an id."""
    team = {"north": "id-north", "front": "id-front"}
    settings.write(folder, replace(settings.read(folder), name=name, desk_id=team[name], team=team))
    return folder


def test_what_one_desk_recorded_the_other_has(line: Run, north: Path, front: Path, tmp_path: Path) -> None:
    line("record", "A1", "PTP", "--amount", "50", "--due", "+3", "--desk", north)
    line("record", "A3", "NA", "--desk", north)
    done = line("ledger", "export", tmp_path / "n.ledger", "--desk", north)
    assert done.code == 0
    assert "2 entries after number 0 written to" in done.err
    done = line("ledger", "merge", tmp_path / "n.ledger", "--desk", front)
    assert done.code == 0
    assert "north: 2 entries taken in" in done.out
    assert "on 2 accounts. 0 were here before." in done.out
    again = line("ledger", "merge", tmp_path / "n.ledger", "--desk", front)
    assert "Nothing new from north: 2 entries of it are here." in again.out
    both = [line("show", "A1", "--desk", desk, "--json").json for desk in (north, front)]
    assert both[0]["score"] == both[1]["score"]
    assert line("ledger", "verify", "--desk", front).code == 0


def test_a_desk_that_the_team_does_not_name_brings_nothing(line: Run, north: Path, front: Path, tmp_path: Path) -> None:
    settings.write(north, replace(settings.read(north), name="Other Bank", desk_id="id-other", team={}))
    line("record", "A1", "NA", "--desk", north)
    line("ledger", "export", tmp_path / "o.ledger", "--desk", north)
    refused = line("ledger", "merge", tmp_path / "o.ledger", "--desk", front)
    assert refused.code == 2
    assert "of the desk Other Bank, which [team] in desk.toml does not name: nothing was taken in." in refused.err
    assert 'north = "id-other"' in refused.err
    settings.write(front, replace(settings.read(front), team={}))
    assert line("ledger", "merge", tmp_path / "o.ledger", "--desk", front, "--json").json["new"] == 1


def test_a_contact_of_the_other_desk_counts_in_the_list_after_a_merge(
    line: Run, north: Path, front: Path, tmp_path: Path
) -> None:
    def row() -> dict[str, object]:
        listed = line("worklist", "--queue", "all", "--find", "A1", "--everybody", "--desk", front, "--json").json
        return {name: listed[0][name] for name in ("attempt_count", "last_code", "state")}

    assert row() == {"attempt_count": 0, "last_code": None, "state": "act"}
    line("record", "A1", "NA", "--desk", north)
    line("ledger", "export", tmp_path / "n.ledger", "--desk", north)
    line("ledger", "merge", tmp_path / "n.ledger", "--desk", front)
    assert row() == {"attempt_count": 1, "last_code": "NA", "state": "wait"}


def test_only_what_the_other_desk_lacks_is_sent(line: Run, north: Path, front: Path, tmp_path: Path) -> None:
    line("record", "A1", "NA", "--desk", north)
    line("record", "A3", "NA", "--desk", front)
    first = line("ledger", "export", tmp_path / "n.ledger", "--for", "front", "--desk", north)
    assert "1 entry after number 0" in first.err
    line("ledger", "merge", tmp_path / "n.ledger", "--desk", front)
    line("ledger", "export", tmp_path / "f.ledger", "--desk", front)
    line("ledger", "merge", tmp_path / "f.ledger", "--desk", north)
    line("record", "A1", "BZ", "--desk", north)
    refused = line("ledger", "export", tmp_path / "n.ledger", "--desk", north)
    assert "is there already, and was left as it is" in refused.err
    second = line("ledger", "export", tmp_path / "n.ledger", "--for", "front", "--replace", "--desk", north)
    assert "after number 1 written" in second.err
    done = line("ledger", "merge", tmp_path / "n.ledger", "--desk", front, "--json")
    assert (done.json["new"], done.json["desk"], done.json["of"]) == (1, "id-north", {"id-north": 1})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("x.csv",), "does not say which format"),
        (("x.ledger", "--after", "1", "--for", "front"), "say different things"),
        (("x.ledger", "--for", "nort"), "has no desk nort"),
        (("x.ledger", "--for", "north"), "north is this desk"),
        (("x.ledger", "--after", "9"), "no entry 9"),
    ],
)
def test_an_export_that_cannot_be_meant_is_told(line: Run, north: Path, words: tuple[str, ...], says: str) -> None:
    done = line("ledger", "export", *words, "--desk", north)
    assert done.code == 2
    assert says in done.err
    assert not Path("x.ledger").exists()


def test_two_entries_under_one_id_stand_side_by_side(line: Run, north: Path, front: Path, tmp_path: Path) -> None:
    line("record", "A1", "NA", "--event-id", "E1", "--desk", north, "--by", "ben")
    line("record", "A1", "BZ", "--event-id", "E1", "--desk", front)
    line("ledger", "export", tmp_path / "n.ledger", "--desk", north)
    done = line("ledger", "merge", tmp_path / "n.ledger", "--desk", front)
    assert done.code == 1
    assert "Nothing was taken in" in done.err
    assert "here (front)" in done.out
    assert "theirs (north)" in done.out
    left = line("ledger", "merge", tmp_path / "n.ledger", "--skip", "E1", "--desk", front)
    assert left.code == 0
    assert "Left out: E1." in left.out


def test_a_copied_desk_is_found_and_takes_another_id(line: Run, north: Path, front: Path, tmp_path: Path) -> None:
    line("record", "A1", "NA", "--desk", north)
    shutil.copytree(north, tmp_path / "copy")
    line("record", "A1", "BZ", "--desk", north)
    line("record", "A1", "VM", "--desk", tmp_path / "copy")
    line("ledger", "export", tmp_path / "n.ledger", "--desk", north)
    line("ledger", "export", tmp_path / "c.ledger", "--desk", tmp_path / "copy")
    line("ledger", "merge", tmp_path / "n.ledger", "--desk", front)
    refused = line("ledger", "merge", tmp_path / "c.ledger", "--desk", front)
    assert refused.code == 3
    assert "deskcollect ledger adopt --after 1" in refused.err
    done = line("ledger", "adopt", "--after", "1", "--desk", tmp_path / "copy")
    assert done.code == 0
    assert "Entries up to 1 stay those of id-north" in done.out
    assert "[team] in desk.toml has north under the old id" in done.out
    assert settings.read(tmp_path / "copy").desk_id in done.out
    line("ledger", "export", tmp_path / "c.ledger", "--replace", "--desk", tmp_path / "copy")
    merged = line("ledger", "merge", tmp_path / "c.ledger", "--desk", front, "--json")
    assert merged.json["new"] == 1


def test_a_desk_without_an_id_is_told_to_take_one(line: Run, north: Path, tmp_path: Path) -> None:
    settings.write(north, replace(settings.read(north), desk_id=""))
    line("record", "A1", "NA", "--desk", north)
    for words in (("export", "x.ledger"), ("merge", "x.ledger")):
        done = line("ledger", *words, "--desk", north)
        assert done.code == 2
        assert "deskcollect ledger adopt" in done.err
    assert "All entries are this desk's own" in line("ledger", "adopt", "--desk", north).out
    assert line("ledger", "export", tmp_path / "x.ledger", "--desk", north).code == 0


# --- claims ----------------------------------------------------------------------------------------------------------


def test_a_customer_that_somebody_has_is_told_to_the_others(line: Run, desk: Path) -> None:
    mine = line("claim", "A1", "--by", "ben", "--desk", desk)
    assert mine.code == 0
    assert "Customer C1 is yours, ben, until" in mine.out
    other = line("claim", "A1", "--by", "ana", "--desk", desk)
    assert other.code == 1
    assert other.out.startswith("ben has this customer until ")
    told = line("claim", "A1", "--by", "ana", "--desk", desk, "--json")
    assert (told.code, told.json["mine"], told.json["by"]) == (1, False, "ben")
    assert "ben has this customer until" in line("show", "A1", "--desk", desk).err
    recorded = line("record", "A1", "NA", "--by", "ana", "--desk", desk)
    assert recorded.code == 0, "a fact is a fact"
    assert "ben has this customer until" in recorded.err
    assert "had no claim" in line("release", "A1", "--by", "ana", "--desk", desk).out
    assert "is free" in line("release", "A1", "--by", "ben", "--desk", desk).out
    assert line("claim", "A1", "--by", "ana", "--desk", desk).code == 0
    assert "has this customer" not in line("record", "A1", "BZ", "--by", "ana", "--desk", desk).err


@pytest.mark.parametrize("minutes", ["0", "-5", "1441"])
def test_a_claim_for_no_time_or_for_days_is_refused(line: Run, desk: Path, minutes: str) -> None:
    assert line("claim", "A1", "--minutes", minutes, "--desk", desk).code == 2


# --- shares ----------------------------------------------------------------------------------------------------------


def test_each_desk_lists_its_share_and_says_so(line: Run, north: Path, front: Path) -> None:
    def accounts(desk: Path, *more: str) -> set[str]:
        listed = line("worklist", "--queue", "all", "--desk", desk, "--json", *more)
        return {row["account_id"] for row in listed.json}

    mine, theirs = accounts(north), accounts(front)
    assert mine | theirs == {"A1", "A2", "A3"}
    assert not mine & theirs
    assert accounts(north, "--everybody") == {"A1", "A2", "A3"}
    told = line("worklist", "--queue", "all", "--desk", north)
    assert f"Share of north: {len(mine)} of 3. All of them:  --everybody" in told.out


def test_a_desk_that_is_in_no_team_lists_everybody(line: Run, desk: Path) -> None:
    assert "Share of" not in line("worklist", "--desk", desk).out
    refused = line("worklist", "--share", "--desk", desk)
    assert refused.code == 2
    assert "[team] in desk.toml does not have this desk" in refused.err


def test_what_a_repair_lost_comes_back_with_all_that_another_desk_exports(
    line: Run, north: Path, front: Path, tmp_path: Path
) -> None:
    line("record", "A1", "NA", "--desk", north)
    line("record", "A3", "BZ", "--desk", north)
    line("ledger", "export", tmp_path / "n.ledger", "--desk", north)
    line("ledger", "merge", tmp_path / "n.ledger", "--desk", front)
    file = north / "ledger" / "00000001.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"code":"NA"', b'"code":"VM"', 1))
    done = line("ledger", "repair", "--yes", "--by", "ana", "--desk", north)
    assert "with a merge of all that it exports without --after" in done.err
    line("ledger", "export", tmp_path / "f.ledger", "--desk", front)
    done = line("ledger", "merge", tmp_path / "f.ledger", "--desk", north)
    assert "front: 1 entry taken in" in done.out
    assert "north: 1" in done.out
    assert "1 was here before" in done.out
    assert "No answer" in line("show", "A1", "--desk", north).out


def test_a_disk_that_refuses_says_that_the_new_id_is_half_given(
    line: Run, north: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    line("record", "A1", "NA", "--desk", north)
    with monkeypatch.context() as patched:
        patched.setattr(desk_toml, "rename_desk", full)
        done = line("ledger", "adopt", "--desk", north)
        assert done.code == 3
        assert "desk.toml cannot be written: No space left on device" in done.err
        assert "finish it:  deskcollect ledger adopt" in done.err
        patched.setattr(bundle, "write", full)
        done = line("ledger", "export", tmp_path / "n.ledger", "--desk", north)
        assert (done.code, "The bundle could not be written: No space left" in done.err) == (3, True)
    assert (
        "It was given before and not written to desk.toml; now it is." in line("ledger", "adopt", "--desk", north).out
    )
