"""A judgement in words, in the terminal's pictures and on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from deskcollect.present import curves, judge
from deskcollect.present.lines import length, plain
from deskcollect.present.page import page
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.records import Figure
from tests.present.judged import group, judged, judgement

VOID = {"meta", "line", "circle", "rect", "polyline"}


class Tags(HTMLParser):
    """Follows the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag."""
        self.seen.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag; only the innermost may be closed."""
        if tag not in VOID:
            assert self.open.pop() == tag


def followed(text: str) -> Tags:
    """Return the tags of a page, all of them closed."""
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    return tags


def test_a_measure_is_said_with_its_interval() -> None:
    assert judge.figure("auc", Figure(0.7771, 0.7702, 0.7839)) == ("0.777", "0.770–0.784")
    assert judge.figure("intercept", Figure(-0.004, -0.1, 0.05)) == ("0.00", "−0.10 to 0.05")
    assert judge.figure("slope", None) == ("–", "")
    assert judge.rate(Figure(0.2219, 0.2161, 0.2277)) == ("22.2 %", "21.6–22.8")


@pytest.mark.parametrize(
    ("name", "low", "high", "verdict"),
    [
        ("auc", 0.01, 0.03, "the first is better"),
        ("auc", -0.03, -0.01, "the second is better"),
        ("log_loss", 0.01, 0.03, "the second is better"),
        ("brier", -0.03, -0.01, "the first is better"),
        ("auc", -0.01, 0.01, "no difference to be seen"),
        ("auc", 0.0, 0.0, "no difference to be seen"),
    ],
)
def test_the_better_of_two_cards_is_named_only_where_it_can_be(
    name: str, low: float, high: float, verdict: str
) -> None:
    assert judge.difference(name, Figure((low + high) / 2, low, high))[2] == verdict


def test_a_group_whose_accounts_all_became_the_same_has_no_figure() -> None:
    assert judge.same(group("tier", "A", 400, 0)) == "Tier A: 400 accounts, none of them bad; nothing to measure."
    assert judge.same(group("segment", "past due", 1, 1)).startswith("Past due: 1 account, none of them good")
    assert judge.same(group("all", "", 4, 2)) == ""


def test_the_heading_counts_who_takes_part() -> None:
    told = [plain(entry) for entry in judge.heading(judgement())]
    assert told[-1] == (
        "Book as of 2026-09-30: 1,000 accounts with an outcome (200 bad, 20.0 %); 40 accounts have none."
    )
    assert [plain(e).split()[0] for e in judge.heading(judgement(judged(), judged("b")))] == ["First", "Second", "Book"]


def test_figures_of_the_cards_own_training_are_never_taken_for_proof() -> None:
    each = judged()
    same, alike = (next(judge.remarks(judgement(replace(each, seen=seen)))) for seen in ("same", "alike"))
    assert f"These are the accounts {each.card.stamp} was fitted on: the figures flatter it." in same
    assert "On accounts it had not seen: AUC 0.777" in same
    assert alike.startswith("As many accounts, and as many bad ones, are what")
    assert "was fitted on sample_data/taiwan" in next(judge.remarks(judgement()))


def test_few_outcomes_thin_books_and_strange_pairs_are_remarked() -> None:
    few = list(judge.remarks(judgement(judged(count=12, bad=5))))
    assert "Only 5 bad accounts: read the intervals, not the figures." in few
    assert any("Only 3 good accounts" in text for text in judge.remarks(judgement(judged(count=12, bad=9))))
    thin = list(judge.remarks(judgement(replace(judged(), coverage=0.25))))
    assert any("feeds 25 % of the characteristics" in text for text in thin)
    other = judged("cure")
    pair = judgement(judged(), replace(other, card=replace(other.card, target="still past due")))
    assert any("foretell different things" in text for text in judge.remarks(pair))


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("cards", [1, 2])
def test_pictures_keep_within_the_window(glyphs: Glyphs, width: int, cards: int) -> None:
    found = judgement(*(judged(name) for name in ("default", "challenger")[:cards]))
    drawn = list(curves.pictures(found, glyphs, width))
    assert max(map(length, drawn)) <= width
    if glyphs.ascii:
        assert all(glyphs.render(plain(row)).isascii() for row in drawn)


def test_pictures_stand_beside_their_numbers() -> None:
    text = "\n".join(plain(row) for row in curves.pictures(judgement(), UNICODE, 80))
    assert "10 %: 20 %, 20 %: 40 %, 50 %: 100 %" in text
    assert "460 480 500" in text
    assert len(re.findall(r"^ +\d+\.\d %  +\d+\.\d % .*●", text, re.MULTILINE)) == 10


@pytest.mark.parametrize("cards", [1, 2])
def test_the_page_is_whole_and_needs_nothing_from_anywhere(cards: int) -> None:
    text = page(judgement(*(judged(name) for name in ("default", "challenger")[:cards])))
    tags = followed(text)
    assert tags.seen.isdisjoint({"script", "link", "img", "iframe", "object", "form"})
    assert not {name for name, _ in tags.attributes} & {"src", "href", "onload", "onclick"}
    assert "http" not in text
    assert "url(" not in text
    assert "prefers-color-scheme: dark" in text
    assert text.count("<svg") == 2 + cards
    assert "Tier A: 400 accounts, none of them bad; nothing to measure." in text
    for name in judge.MEASURES.values():
        assert name.name in text
    assert ("no difference to be seen" in text) == (cards == 2)


def test_hostile_text_of_a_card_is_harmless_on_the_page() -> None:
    evil = "<script>alert(1)</script>\x1b[2J\u202e"
    hostile = judged(evil)
    card = replace(
        hostile.card, target=evil, trained_on={"where": evil}, segment=replace(hostile.card.segment, names=(evil, evil))
    )
    groups = tuple(replace(each, name=evil) if each.kind == "segment" else each for each in hostile.groups)
    text = page(judgement(replace(hostile, card=card, groups=groups), hostile))
    assert "script" not in followed(text).seen
    assert "\x1b" not in text
    assert "\u202e" not in text
