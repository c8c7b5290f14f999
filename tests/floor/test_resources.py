"""What ships with the program is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect import resources


@pytest.mark.parametrize(
    ("folder", "holds"),
    [
        (resources.themes, "*.toml"),
        (resources.sample_data, "demo/guide.json"),
        (resources.policies, "tiers.toml"),
        (resources.models, "*.json"),
        (resources.manual, "*.md"),
    ],
    ids=["themes", "sample_data", "policies", "models", "manual"],
)
def test_each_folder_holds_what_it_is_for(folder: object, holds: str) -> None:
    assert callable(folder)
    assert list(folder().glob(holds))


def test_a_wheel_holds_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, beside = tmp_path / "deskcollect" / "themes", tmp_path / "themes"
    beside.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "deskcollect")
    assert resources.themes() == beside
    inside.mkdir(parents=True)
    assert resources.themes() == inside


def test_an_incomplete_installation_says_so() -> None:
    with pytest.raises(FileNotFoundError, match=r"incomplete: no folder music\. Install it again"):
        resources.shipped("music")
