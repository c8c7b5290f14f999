"""A card that somebody else wrote, with a hash that fits: whatever cannot be followed is refused with a sentence."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.errors import BadCard, NewerSchema
from deskcollect.scoring import strict_json
from deskcollect.scoring.card import dump, load, parse
from deskcollect.scoring.card_check import FARTHEST, HEAVIEST, LARGEST, MOST_BINS
from deskcollect.scoring.score import milli_of, probability_of, score_of
from tests.scoring.builders import NAMES, small_card
from tests.scoring.test_card import raw_of, resealed

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[dict[str, Any]], object]

SENTENCE = re.compile(r"The card [^.]+\.?[^.]* .+\.")
HUGE = 10**400
LEARNT = {"effect": "declined", "weight": -700, "prior": -400, "count": 214}


def first(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the first characteristic."""
    found: dict[str, Any] = raw["characteristics"][0]
    return found


def second_bin(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the second bin of the first characteristic."""
    found: dict[str, Any] = first(raw)["bins"][1]
    return found


def cut_into(raw: dict[str, Any], count: int) -> None:
    """Give the first characteristic so many bins."""
    edges: list[int | None] = [None, *range(count - 1), None]
    first(raw)["bins"] = [second_bin(raw) | {"start": start, "end": end} for start, end in pairwise(edges)]


CHANGES: list[tuple[Change, str]] = [
    # numbers
    (lambda raw: second_bin(raw).update(points=[HUGE, 0]), "beyond reason"),
    (lambda raw: second_bin(raw).update(points=[-LARGEST - 1, 0]), "beyond reason"),
    (lambda raw: second_bin(raw).update(points=[True, 0]), "points of a bin of “cycles_now” is no whole number"),
    (lambda raw: second_bin(raw).update(points="12"), "is no list of 2"),
    (lambda raw: second_bin(raw).update(points=[1, 2, 3]), "is no list of 2"),
    (lambda raw: second_bin(raw).update(start=HUGE), "start of a bin of “cycles_now” is no number"),
    (lambda raw: second_bin(raw).update(start=True), "is no number"),
    (lambda raw: first(raw).update(missing=[LARGEST + 1, 0]), "beyond reason"),
    (lambda raw: first(raw).update(missing=[0.5, 0]), "missing of “cycles_now” is no whole number"),
    (lambda raw: first(raw).update(missing=None), "missing of “cycles_now” is no list of 2"),
    (lambda raw: first(raw).update(neutral=[0, LARGEST + 1]), "beyond reason"),
    (lambda raw: first(raw).update(neutral=["0", 0]), "neutral of “cycles_now” is no whole number"),
    (lambda raw: raw.update(intercept=FARTHEST), "beyond reason: together"),
    (lambda raw: raw.update(intercept=HUGE), "beyond reason: together"),
    (lambda raw: raw.update(intercept=-1500.0), "intercept is no whole number"),
    (lambda raw: raw["scaling"].update(pdo=20.0), "pdo is no whole number"),
    (lambda raw: raw["segment"].update(start="1"), "segment's start is no number"),
    # counts
    (lambda raw: second_bin(raw).update(counts=[-1, 2]), "fewer accounts than none"),
    (lambda raw: second_bin(raw).update(counts=[5, 5], bads=[6, 0]), "more bad accounts than accounts"),
    (lambda raw: second_bin(raw).update(counts=[5, 5], bads=[-1, 0]), "fewer accounts than none"),
    (lambda raw: second_bin(raw).update(bads=[1, 0]), "count bad accounts and no accounts"),
    (lambda raw: second_bin(raw).update(counts=[1.5, 0]), "counts of a bin of “cycles_now” is no whole number"),
    # bins
    (lambda raw: second_bin(raw).update(end=0.5), "leave a gap from 0.5 to 1.5"),
    (lambda raw: (second_bin(raw).update(end=0.5), first(raw)["bins"][2].update(start=0.5)), "an empty one at 0.5"),
    (lambda raw: (second_bin(raw).update(end=0.1), first(raw)["bins"][2].update(start=0.1)), "out of order"),
    (lambda raw: cut_into(raw, MOST_BINS + 1), f"are more than {MOST_BINS}"),
    # what was learnt of recorded facts
    (lambda raw: raw.update(effects=[LEARNT | {"weight": 400}]), "a weight that cannot be learnt"),
    (lambda raw: raw.update(effects=[LEARNT | {"weight": -HEAVIEST - 1}]), "a weight that cannot be learnt"),
    (lambda raw: raw.update(effects=[LEARNT | {"count": 0}]), "a weight that cannot be learnt"),
    (lambda raw: raw.update(effects=[LEARNT | {"weight": -0.7}]), "weight of the effect “declined” is no whole number"),
    (lambda raw: raw.update(effects=[LEARNT, LEARNT]), "names an effect twice"),
    (lambda raw: raw.update(effects=[LEARNT | {"effect": "a\x1b[2J"}]), "in letters that cannot be shown"),
    (lambda raw: raw.update(effects=[{"effect": "declined"}]), "an effect lacks “weight”"),
    (lambda raw: raw.update(effects={}), "effects is no list"),
    # how the scores of the training spread
    (lambda raw: raw.update(scores={"edges": [500, 500], "counts": [1, 2, 3]}), "edges must rise"),
    (lambda raw: raw.update(scores={"edges": [500], "counts": [1]}), "a count below and above each"),
    (lambda raw: raw.update(scores={"edges": [500], "counts": [-1, 2]}), "how the scores of its training were spread"),
    (lambda raw: raw.update(scores={"edges": [500], "counts": [0.5, 2]}), "counts of scores is no whole number"),
    (lambda raw: raw.update(scores={"edges": [500]}), "scores lacks “counts”"),
    (lambda raw: raw.update(scores=None), "scores is no object"),
    # names
    (lambda raw: raw.update(id="small\x1b[31m"), "has no id that can be used"),
    (lambda raw: raw.update(id="../small"), "has no id that can be used"),
    (lambda raw: raw.update(id=""), "has no id that can be used"),
    (lambda raw: raw.update(version="1" * 61), "has no version that can be used"),
    (lambda raw: raw.update(target="bad\u202etxt"), "target that cannot be shown"),
    (lambda raw: raw.update(target="x" * 201), "target that cannot be shown"),
    (lambda raw: raw.update(target="one\ntwo"), "target that cannot be shown"),
    (lambda raw: raw["segment"].update(names=["a", "a "]), "two names"),
    (lambda raw: raw["segment"].update(names=["", "a"]), "two names"),
    (lambda raw: raw["segment"].update(names=["a", "b\x07"]), "segment's name that cannot be shown"),
    (lambda raw: raw["segment"].update(names=["a"]), "names of the segments is no list of 2"),
    (lambda raw: raw["segment"].update(names="ab"), "names of the segments is no list of 2"),
    (lambda raw: first(raw).update(name=["cycles_now"]), "is no text"),
    # shapes
    (lambda raw: raw.update(trained_on=[1]), "trained_on is no object"),
    (lambda raw: raw.update(figures="good"), "figures is no object"),
    (lambda raw: raw.update(figures={"mean": {"auc": "high"}}), "no table of numbers"),
    (lambda raw: raw.update(figures={"mean": [0.7]}), "no table of numbers"),
    (lambda raw: raw.update(figures={"mean": {"auc": True}}), "no table of numbers"),
    (lambda raw: raw.update(trained_on={"accounts": "many", "bad": 3}), "how many accounts"),
    (lambda raw: raw.update(trained_on={"accounts": 30}), "how many accounts"),
    (lambda raw: raw.update(trained_on={"accounts": -30, "bad": 2}), "how many accounts"),
    (lambda raw: raw.update(trained_on={"where": "\x1b]2;owned\x07"}), "text in trained_on that holds hidden"),
    (lambda raw: raw.update(figures={"\x1b": {"a": ["b"]}}), "text in figures that holds hidden"),
    (lambda raw: raw.update(figures={"a": {"b": ["c", "\x1b"]}}), "text in figures that holds hidden"),
    (lambda raw: raw.update(characteristics={"a": 1}), "characteristics is no list"),
    (lambda raw: raw.update(characteristics=["use_now"]), "a characteristic is no object"),
    (lambda raw: raw.update(segment=None), "segment is no object"),
    (lambda raw: raw.update(scaling=[600, 20, 20]), "scaling is no object"),
    (lambda raw: raw["scaling"].pop("pdo"), "scaling lacks “pdo”"),
    (lambda raw: first(raw).update(bins="none"), "bins of “cycles_now” is no list"),
    (lambda raw: second_bin(raw).update(special=[1, 2]), "has “special”, which this version does not know"),
    (lambda raw: first(raw).update(weight=2), "has “weight”, which this version does not know"),
    (lambda raw: raw.update(offset=5), "has “offset”, which this version does not know"),
    (lambda raw: raw.pop("figures"), "it lacks “figures”"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "what"), CHANGES)
def test_a_sealed_card_that_cannot_be_followed_is_refused_with_a_sentence(change: Change, what: str) -> None:
    with pytest.raises(BadCard, match=what) as caught:
        parse(resealed(change), "card.json")
    assert SENTENCE.fullmatch(caught.value.message)
    assert caught.value.remedy
    assert len(caught.value.message) < 500


@pytest.mark.parametrize("schema", [None, True, "1", 1.0, 0, -1])
def test_a_card_that_does_not_say_its_schema_is_refused(schema: object) -> None:
    with pytest.raises(BadCard, match="does not say which schema"):
        parse(resealed(lambda raw: raw.update(schema=schema)))


def test_a_newer_schema_is_told_before_the_hash_and_before_anything_is_read() -> None:
    with pytest.raises(NewerSchema, match="schema 2; this version reads up to 1"):
        parse({"schema": 2, "hash": "made otherwise", "bins": {"new": [[["shape"]]]}})


@pytest.mark.parametrize("digest", [None, "", 7, ["x"], "0" * 64])
def test_a_card_without_a_hash_that_fits_is_refused(digest: object) -> None:
    with pytest.raises(BadCard, match="hash does not match"):
        parse(raw_of(small_card()) | {"hash": digest})


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'{"schema": 1, "schema": 1}', "“schema” stands twice in one object"),
        (b'{"schema": 1, "figures": {"a": {"b": 1, "b": 2}}}', "“b” stands twice in one object"),
        (b'{"schema": 1, "figures": {"auc": 1e999}}', "1e999 is too large a number"),
        (b'{"schema": 1, "intercept": -1e999}', "is too large a number"),
        (b'{"schema": 1, "intercept": ' + b"9" * 5_000 + b"}", "999999999999999… is too large a number"),
        (b'{"schema": 1, "intercept": NaN}', "NaN is no number"),
        (b'{"schema": 1, "id": "\\ud800"}', "half a character"),
        (b'{"schema": 1, "\\udfff": 1}', "half a character"),
        (b'{"schema": 1, "figures": ' + b"[" * 30 + b"]" * 30 + b"}", "nested too deeply"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b'{"schema": 1,\n"id": caf\xe9}', "not UTF-8 in line 2"),
        (b"\xff\xfe{\0}\0", "not UTF-8 in line 1"),
        (b'{"schema": 1,\n "id" 7}', "in line 2"),
        (b"", "is not the JSON of a card: it is empty."),
        (b'{"id": "own",\n"ver', "is not the JSON of a card: it is cut off in line 2."),
        (b"null", "is not a JSON object"),
    ],
)  # fmt: skip
def test_a_file_that_asks_too_much_of_a_reader_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    file = tmp_path / "card.json"
    file.write_bytes(content)
    with pytest.raises(BadCard, match=what) as caught:
        load(file)
    assert len(caught.value.message) < 500
    assert caught.value.remedy


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(BadCard, match="larger than 5 MB"):
        load(file)


def test_the_largest_file_that_is_read_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    file.write_bytes(dump(small_card()).ljust(strict_json.LARGEST))
    assert load(file) == small_card()
    file.write_bytes(dump(small_card()).ljust(strict_json.LARGEST + 1))
    with pytest.raises(BadCard, match="larger"):
        load(file)


def test_a_folder_is_no_card(tmp_path: Path) -> None:
    with pytest.raises(BadCard, match="is no ordinary file"):
        load(tmp_path)


def test_the_points_of_every_card_that_is_taken_can_be_calculated() -> None:
    raw = resealed(lambda raw: raw.update(intercept=FARTHEST - 3 * LARGEST, characteristics=raw["characteristics"][:1]))
    card = parse(raw)
    row: dict[str, float | None] = dict.fromkeys(NAMES)
    for milli in (milli_of(card, row), FARTHEST + 10_000, -FARTHEST - 10_000):
        assert 0.0 <= probability_of(milli) <= 1.0
        assert abs(score_of(milli)) < 2**31


def test_joiners_that_scripts_need_are_no_hidden_characters() -> None:
    card = parse(resealed(lambda raw: raw["segment"].update(names=["می\u200cشود", "逾期"])))
    assert card.segment.names[1] == "逾期"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def garbled(draw: st.DrawFn) -> dict[str, Any]:
    """Return a card in which any one value was exchanged for any other."""
    raw = raw_of(small_card())
    place: Any = raw
    while True:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or draw(st.booleans()):
            place[key] = draw(values)
            return raw
        place = inner


@given(garbled())
def test_any_value_in_any_place_is_taken_or_refused_and_nothing_else(raw: dict[str, Any]) -> None:
    from deskcollect.scoring.card import _digest

    try:
        raw["hash"] = _digest({key: value for key, value in raw.items() if key != "hash"})
    except ValueError:  # NaN and halves of characters have no hash
        raw["hash"] = ""
    try:
        card = parse(raw)
    except (BadCard, NewerSchema) as error:
        assert error.message.endswith(".")  # noqa: PT017  # either outcome is right; only a third one is not
    else:
        assert parse(json.loads(dump(card))).characteristics == card.characteristics
        milli_of(card, dict.fromkeys(NAMES))
