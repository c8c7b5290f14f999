"""Fit the bundled cards on sample_data/taiwan and write them with their model cards. Seeded: the same bytes each time.

python -m scripts.fit_cards             fit, judge five-fold with five seeds (some minutes), write all files
python -m scripts.fit_cards --check     fit only, and say whether the bundled cards have the same points
python -m scripts.fit_cards NAME        the same with the card of that name alone
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]

if TYPE_CHECKING:
    from deskcollect.scoring.card import Card
    from scripts.cards.lessons import Lesson


def main() -> int:
    """Fit, judge, write."""
    sys.path.insert(0, str(ROOT))
    from scripts.cards.lessons import lessons

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fit only and compare with the bundled cards")
    parser.add_argument("name", nargs="?", help="the card; else all of them")
    chosen = parser.parse_args()
    wanted = [lesson for lesson in lessons() if chosen.name in {None, lesson.name}]
    if not wanted:
        parser.error(f"there is no card “{chosen.name}”")
    done = [check(lesson) if chosen.check else write(lesson) for lesson in wanted]
    return 0 if all(done) else 1


def fitted(lesson: Lesson) -> Card:
    """Return the card of a lesson."""
    from deskcollect.desk.cards.drift import with_scores
    from deskcollect.scoring.train import DEFAULT_RECIPE, SEED, fit

    recipe = f"L1 logistic, C {DEFAULT_RECIPE.strength}, {DEFAULT_RECIPE.cuts} cuts, seed {SEED}"
    found = fit(
        lesson.whole,
        lesson.bad,
        name=lesson.name,
        version="1.0",
        target=lesson.target,
        segment=lesson.segment,
        trained_on=lesson.trained_on | {"recipe": recipe},
        only=lesson.names,
    )
    return with_scores(found.card, lesson.whole)


def check(lesson: Lesson) -> bool:
    """Say whether the bundled card has the points that the fit gives."""
    from deskcollect.scoring.card import load

    same = replace(load(lesson.name), figures={}, hash="") == replace(fitted(lesson), figures={}, hash="")
    print(f"{lesson.name}: {'the bundled card has these points' if same else 'the bundled card differs'}")
    return same


def write(lesson: Lesson) -> bool:
    """Fit a card, judge it, write it with its model card."""
    from deskcollect import resources
    from deskcollect.scoring.card import dump, sealed
    from scripts.cards.judge import judge
    from scripts.cards.text import model_card

    figures, chances = judge(lesson)
    card = sealed(replace(fitted(lesson), figures=figures))
    folder = resources.models()
    folder.mkdir(exist_ok=True)
    (folder / f"{lesson.name}.json").write_bytes(dump(card))
    (folder / f"{lesson.name}.md").write_text(model_card(card, lesson, chances), "utf-8")
    print(f"{card.stamp}: {len(card.characteristics)} characteristics, {card.row_count} bins")
    for name, value in figures["mean"].items():
        print(f"  {name:20} {value:.4f}")
    return True


if __name__ == "__main__":
    sys.exit(main())
