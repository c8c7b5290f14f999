"""How much weight one customer's tries deserve: a simulation with a seed, since no public data follow customers over calls.

python scripts/simulate_reach.py        prints the loss of every pair of weights, the least first

Customers differ in how often they answer (normal on log odds) and in the hours at which they do; each is tried one to many
times at hours of his own, and the last try of each is held out. Loss: expected log loss of the held-out try above that
of whoever knows the truth, in thousandths, mean over worlds and seeds. The desk's cells are drawn with weight 50.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(5)
PEOPLE = 4000
BANDS = np.array([-0.25, -0.1, 0.0, 0.45])  # log odds of the bands of a day
BASE = -1.1  # one of four answers
WORLDS = tuple(product(((0.0, 0.0), (0.5, 0.3), (1.0, 0.5), (1.5, 0.5), (1.0, 1.0)), (4, 10)))
OWN, OWN_BAND = (2, 3, 5, 8, 12, 20, 50), (5, 10, 20, 50)
DESK = 50.0


def losses(spread: tuple[float, float], tries: int, seed: int) -> dict[tuple[int, int], float]:
    """Return the loss of every pair of weights in one world.

    Args:
        spread: standard deviation of customers, and of the bands of one customer, in log odds.
        tries: mean number of tries that are seen of a customer.
        seed: of the world.
    """
    from deskcollect.scoring.contactability import shrunk

    dice = np.random.default_rng(seed)
    count = 1 + dice.geometric(1 / tries, PEOPLE)
    who = np.repeat(np.arange(PEOPLE), count)
    hours = dice.dirichlet(np.full(len(BANDS), 1.5), PEOPLE).cumsum(axis=1)
    band = (dice.random(len(who))[:, None] > hours[who]).sum(axis=1).clip(0, len(BANDS) - 1)
    person, own_band = dice.normal(0, spread[0], PEOPLE), dice.normal(0, spread[1], (PEOPLE, len(BANDS)))
    chance = 1 / (1 + np.exp(-(BASE + BANDS[band] + person[who] + own_band[who, band])))
    reached = dice.random(len(who)) < chance
    last = np.zeros(len(who), dtype=bool)
    last[np.cumsum(count) - 1] = True

    tried, spoken = np.zeros((PEOPLE, len(BANDS))), np.zeros((PEOPLE, len(BANDS)))
    np.add.at(tried, (who[~last], band[~last]), 1)
    np.add.at(spoken, (who[~last], band[~last]), reached[~last])
    desk = shrunk(spoken.sum(axis=0), tried.sum(axis=0), spoken.sum() / tried.sum(), DESK)
    now, each = band[last], np.arange(PEOPLE)
    found = {}
    for own, in_band in product(OWN, OWN_BAND):
        mine = shrunk(spoken.sum(axis=1), tried.sum(axis=1), desk[now], own)
        found[own, in_band] = _loss(shrunk(spoken[each, now], tried[each, now], mine, in_band), chance[last])
    return found


def _loss(told: np.ndarray, truth: np.ndarray) -> float:
    """Return the expected log loss above that of the truth, in thousandths."""
    cost = truth * np.log(truth / told) + (1 - truth) * np.log((1 - truth) / (1 - told))
    return float(cost.mean() * 1000)


def main() -> None:
    """Print the mean loss of every pair of weights over all worlds, and the worst world's."""
    sys.path.insert(0, str(ROOT))
    worlds = [
        {pair: float(np.mean([run[pair] for run in runs])) for pair in runs[0]}
        for runs in ([losses(spread, tries, seed) for seed in SEEDS] for spread, tries in WORLDS)
    ]
    pairs = sorted(worlds[0], key=lambda pair: np.mean([world[pair] for world in worlds]))
    print(f"{'own':>6}{'band':>6}{'mean':>8}{'above the best of its world, at worst':>40}")
    for pair in pairs:
        mean = np.mean([world[pair] for world in worlds])
        regret = max(world[pair] - min(world.values()) for world in worlds)
        print(f"{pair[0]:>6}{pair[1]:>6}{mean:>8.1f}{regret:>40.1f}")


if __name__ == "__main__":
    main()
