"""The card as a file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from deskcollect.errors import BadCard, NewerSchema
from deskcollect.scoring.card import Bin, Card, Learnt, Scaling, Spread, dump, load, parse, sealed
from tests.scoring.builders import small_card

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_card_comes_back_from_its_file_as_it_was(tmp_path: Path, card: Card) -> None:
    own = sealed(
        replace(small_card(), effects=(Learnt("declined", -700, -400, 214),), scores=Spread((500, 540), (3, 4, 5)))
    )
    for each in (card, small_card(), own):
        file = tmp_path / "card.json"
        file.write_bytes(dump(each))
        assert load(file) == each
        assert dump(load(file)) == file.read_bytes()


def test_the_bundled_file_is_what_dump_writes(card: Card) -> None:
    from deskcollect import resources

    assert (resources.models() / "default.json").read_bytes() == dump(card)


def test_the_stamp_names_card_version_and_hash(card: Card) -> None:
    assert card.stamp == f"default-1.0+{card.hash[:8]}"
    assert len(card.hash) == 64


def test_the_hash_covers_every_point() -> None:
    card = small_card()
    first = card.characteristics[0]
    moved = replace(first, missing=(first.missing[0] + 1, first.missing[1]))
    assert sealed(replace(card, characteristics=(moved, *card.characteristics[1:]))).hash != card.hash
    assert sealed(replace(card, intercept=card.intercept + 1)).hash != card.hash
    assert sealed(card) == card


def test_what_a_desk_learnt_of_recorded_facts_is_part_of_the_hash() -> None:
    card = small_card()
    own = sealed(replace(card, effects=(Learnt("declined", -700, -400, 214),)))
    assert own.hash != card.hash
    assert b"effects" not in dump(card)
    assert sealed(replace(own, effects=())) == card


def raw_of(card: Card) -> dict[str, Any]:
    """Return the JSON of a card."""
    found: dict[str, Any] = json.loads(dump(card))
    return found


def resealed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Return the JSON of a card that was changed and given a hash that fits."""
    from deskcollect.scoring.card import _digest

    raw = raw_of(small_card())
    change(raw)
    return raw | {"hash": _digest({key: value for key, value in raw.items() if key != "hash"})}


def test_a_card_that_was_changed_by_hand_is_refused() -> None:
    raw = raw_of(small_card())
    raw["intercept"] += 1
    with pytest.raises(BadCard, match="hash does not match"):
        parse(raw)


def test_a_card_of_a_newer_program_is_refused_before_anything_else() -> None:
    with pytest.raises(NewerSchema, match="schema 2"):
        parse(raw_of(small_card()) | {"schema": 2})


def _bins(raw: dict[str, Any], k: int = 0) -> list[dict[str, Any]]:
    """Return the bins of a characteristic."""
    found: list[dict[str, Any]] = raw["characteristics"][k]["bins"]
    return found


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda raw: _bins(raw)[1].update(start=0.9), "leave a gap from 0.5 to 0.9"),
        (lambda raw: _bins(raw)[1].update(start=0.4), "overlap"),
        (lambda raw: _bins(raw)[1].update(start=None), "overlap"),
        (lambda raw: _bins(raw)[0].update(start=0.0), "end to end"),
        (lambda raw: _bins(raw)[-1].update(end=9.0), "end to end"),
        (lambda raw: _bins(raw).clear(), "end to end"),
        (lambda raw: (_bins(raw)[0].update(end=2.0), _bins(raw)[1].update(start=2.0)), "out of order|overlap"),
        (lambda raw: _bins(raw)[1].update(points=[10**9, 0]), "beyond reason"),
        (lambda raw: _bins(raw)[1].update(points=[0.5, 0]), "whole number"),
        (lambda raw: _bins(raw)[1].update(points=[1]), "garbles"),
        (lambda raw: _bins(raw)[1].pop("points"), "garbles"),
        (lambda raw: _bins(raw)[1].update(start="0.5"), "no number"),
        (lambda raw: raw["characteristics"][1].update(name="age"), "asks for “age”"),
        (lambda raw: raw["segment"].update(characteristic="sex"), "asks for “sex”"),
        (lambda raw: raw["characteristics"].append(raw["characteristics"][0]), "twice"),
        (lambda raw: raw["characteristics"].clear(), "no characteristic"),
        (lambda raw: raw["scaling"].update(pdo=40), "another scale"),
        (lambda raw: raw.update(id=7), "no text"),
        (lambda raw: raw.pop("target"), "garbles"),
        (lambda raw: raw.update(intercept=True), "whole number"),
    ],
)
def test_a_card_that_cannot_be_followed_to_the_letter_is_refused(
    change: Callable[[dict[str, Any]], object], what: str
) -> None:
    with pytest.raises(BadCard, match=what) as caught:
        parse(resealed(change))
    assert caught.value.remedy


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_no_number_is_no_card(tmp_path: Path, word: str) -> None:
    file = tmp_path / "card.json"
    file.write_text(dump(small_card()).decode().replace("-1500", word), "utf-8")
    with pytest.raises(BadCard, match="is no number"):
        load(file)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b'{"schema": 1'])
def test_a_file_that_is_no_card_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "card.json"
    file.write_bytes(content)
    with pytest.raises(BadCard):
        load(file)


def test_a_card_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCard, match="cannot be read"):
        load(tmp_path / "none.json")


def test_the_edge_belongs_to_the_bin_that_begins_there() -> None:
    assert Bin(0.0, 1.0, (0, 0)).start == 0.0
    assert Scaling() == Scaling(600, 20, 20)
