"""Hold the shipped early warnings against what came of the real accounts, month by month, and against a rule of thumb.

    python benchmarks/early_warnings.py [--horizon DAYS] [--seed N] [--draws N] [--before]

`--before` leaves out the last month and the file of outcomes: what rules may be tuned on. Without it the last month is judged
by the defaults of the month after.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deskcollect import resources
from deskcollect.desk import make
from deskcollect.desk.alerts import foreseen
from deskcollect.monitoring import against
from deskcollect.policy import load
from deskcollect.present import foreseen as words
from deskcollect.scoring import card as cards
from deskcollect.settings import Settings

if TYPE_CHECKING:
    from deskcollect.desk.alerts.foreseen import Foreseen, Group

REAL = resources.sample_data() / "taiwan"


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--horizon", type=int, default=foreseen.HORIZON_DAYS)
    parser.add_argument("--seed", type=int, default=against.SEED)
    parser.add_argument("--draws", type=int, default=against.DRAWS)
    parser.add_argument("--before", action="store_true")
    given = parser.parse_args()
    policies, read = load.load(), make.read_book(REAL)
    told = None if given.before else foreseen.Told(REAL / "outcomes.parquet", Settings())
    found = foreseen.of_book(
        read, policies, cards.load("default"), horizon_days=given.horizon, told=told, draw=(given.seed, given.draws)
    )
    print(f"policies {policies.hash[:8]}; horizon {given.horizon} days; seed {given.seed}, {given.draws} draws")
    show(found.current, "not past due when looked at")
    show(found.late, "past due when looked at")
    beside(found)


def show(group: Group, title: str) -> None:
    """Print the days and the tracks of a group."""
    print(f"\n## {title}\n\n| day | accounts | bad | warned | then bad | 95 % |\n|---|---|---|---|---|---|")
    for day in group.looked:
        rate, interval = words.rate(foreseen.share(day.warned))
        base = words.part(day.bad.part, day.bad.whole)
        print(f"| {words.day(day.day)} | {day.bad.whole:,} | {base} | {day.warned.whole:,} | {rate} | {interval} |")
    print(
        "\n| warnings | n | then bad | 95 % | found | days ahead | quartiles | per 1,000 |\n|---|---|---|---|---|---|---|---|"
    )
    for each in group.tracks:
        if each.followed.whole:
            rate, interval = words.rate(foreseen.share(each.followed))
            ahead, quartiles = words.spread(each.lead)
            part = words.part(each.found.part, each.found.whole)
            name = f"{each.kind} {each.name}".strip()
            print(
                f"| {name} | {each.followed.whole:,} | {rate} | {interval} | {part} | {ahead} | {quartiles} | {each.rate:.1f} |"
            )


def beside(found: Foreseen) -> None:
    """Print the comparison with everyone over nine tenths of the limit."""
    print("\n## beside everyone over 90 % of the limit, not past due\n")
    print("| day | down to | desk has | over 90 % | of each | desk | over 90 % by lot | more | fullest first | more |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for each in found.current.beside:
        lot, fullest = (
            f"{value} ({interval})" for value, interval in (words.points(each.by_lot), words.points(each.fullest))
        )
        shares = [words.part_of(share) for share in (each.ours, each.theirs, each.theirs_fullest)]
        print(
            f"| {words.day(each.day)} | {each.level} | {each.flagged:,} | {each.full:,} | {each.volume:,} | {shares[0]} "
            f"| {shares[1]} | {lot} | {shares[2]} | {fullest} |"
        )


if __name__ == "__main__":
    main()
