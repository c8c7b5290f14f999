"""A file that counts in the place of one of a desk, before it is saved there."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.errors import BadPolicy
from deskcollect.policy.load import FILES, copy_shipped, load, own, stands_for
from tests.policy.files import put, shipped

OWN_CAP = shipped("alerts.toml").replace("cap_share = 0.20", "cap_share = 0.11")


def test_a_file_counts_in_the_place_of_the_one_it_is_called_like(tmp_path: Path) -> None:
    put(tmp_path / "new", "alerts.toml", OWN_CAP)
    changed, before = load(instead=tmp_path / "new" / "alerts.toml"), load()
    assert (changed.alert_cap_share, before.alert_cap_share) == (0.11, 0.2)
    assert changed.hash != before.hash


def test_another_name_is_known_by_its_tables_and_named_in_findings(tmp_path: Path) -> None:
    put(tmp_path, "next-month.toml", OWN_CAP.replace('needs = ["payments"]', 'needs = ["payment"]'))
    assert stands_for(tmp_path / "next-month.toml") == "alerts.toml"
    with pytest.raises(BadPolicy) as caught:
        load(instead=tmp_path / "next-month.toml")
    assert [issue.place.file for issue in caught.value.issues] == ["next-month.toml"]


def test_a_broken_file_is_known_by_its_tables_too(tmp_path: Path) -> None:
    put(tmp_path, "mine.toml", "[[term]]\nlevel = red\n")
    assert stands_for(tmp_path / "mine.toml") == "cases.toml"


@pytest.mark.parametrize("text", ["schema = 1\n", "[[term]]\n[[signal]]\n"])
def test_a_file_that_nobody_can_place_is_refused(tmp_path: Path, text: str) -> None:
    put(tmp_path, "mine.toml", text)
    with pytest.raises(BadPolicy, match="cannot be told"):
        load(instead=tmp_path / "mine.toml")


def test_the_others_are_those_of_the_desk(tmp_path: Path) -> None:
    put(tmp_path / "desk", "cases.toml", shipped("cases.toml").replace("quiet_days = 30", "quiet_days = 7"))
    put(tmp_path / "new", "alerts.toml", OWN_CAP)
    found = load(tmp_path / "desk", instead=tmp_path / "new" / "alerts.toml")
    assert (found.alert_quiet_days, found.alert_cap_share) == (7, 0.11)
    folder = load(tmp_path / "desk", instead=tmp_path / "new")
    assert folder.hash == found.hash


def test_a_folder_without_policies_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="no policy file"):
        own(tmp_path)


def test_a_misspelt_file_of_the_folder_is_told(tmp_path: Path) -> None:
    put(tmp_path, "alert.toml", OWN_CAP)
    put(tmp_path, "cases.toml", shipped("cases.toml"))
    with pytest.raises(BadPolicy) as caught:
        load(instead=tmp_path)
    assert [(issue.place.file, issue.remedy) for issue in caught.value.issues] == [
        ("alert.toml", "Did you mean alerts.toml?")
    ]


def test_the_shipped_files_are_copied_as_they_are(tmp_path: Path) -> None:
    assert copy_shipped(tmp_path / "a" / "b") == FILES
    assert {path.name for path in (tmp_path / "a" / "b").iterdir()} == set(FILES)
    assert load(tmp_path / "a" / "b").hash == load().hash
