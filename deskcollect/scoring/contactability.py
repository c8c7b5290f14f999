"""How likely a try reaches the customer: learnt from the desk's own tries, cell by cell, each shrunk to a wider one.

The ladder: what the policy assumes of a channel -> the channel over the desk -> its band of hours -> the weekday -> this
customer on this channel -> this customer in this band. A step of n tries moves n / (n + weight) of the way from the step
before to its own rate (the mean of a beta distribution with `weight` tries worth of the step before). Tries count for the
customer, whichever account they were made for. None of this touches the risk: a try that reached nobody says nothing of
whether somebody will pay.

The desk's cells count tries up to the day before, so that they stand still while a day is worked; a customer's own tries
count at once.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from deskcollect import frames
from deskcollect.vocabulary import Channel, ReachFrom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from deskcollect.policy.model import Policies

    Counts = dict[tuple[str, str, int], tuple[int, int]]

DECIMALS = 3  # shown with one decimal of a per cent: whoever multiplies what is shown gets what is shown
DAYS = tuple(range(1, 8))
_CELL = ("channel", "band", "weekday")
N = TypeVar("N", float, pl.Expr)


def shrunk(reached: N, tried: N, before: N, weight: float) -> N:
    """Return the rate of a cell, drawn towards the rate of the cell before it as if that had `weight` tries.

    Source: mean of the beta-binomial posterior, Gelman et al., Bayesian Data Analysis (3rd ed.), section 2.4.
    """
    return (reached + before * weight) / (tried + weight)


# --- the desk ------------------------------------------------------------------------------------------------------------


def rates(tries: frames.Tries, policies: Policies, *, before: date) -> frames.Rates:
    """Return the desk's rate of every cell from the tries before a day.

    Shape: frames.RATES: a row a channel, then one a band, then one a weekday, all of them whether tried or not.
    """
    rows = list(_cells(_counts(tries, before), policies))
    return frames.Rates(pl.DataFrame(rows, schema=frames.polars_schema(frames.RATES), orient="row"))


def _counts(tries: frames.Tries, before: date) -> Counts:
    """Return tries and reached customers of every cell that was tried."""
    cells = (
        tries.filter(pl.col("occurred_on") < before)
        .group_by("channel", "band", "weekday")
        .agg(pl.len().alias("tried"), pl.col("right_party").sum().alias("reached"))
        .collect()
    )
    return {(channel, band, weekday): (tried, reached) for channel, band, weekday, tried, reached in cells.iter_rows()}


def _cells(counts: Counts, policies: Policies) -> Iterator[tuple[str, str | None, int | None, int, int, float]]:
    """Go down the ladder for every channel. A channel whose tries tell nothing keeps what is assumed of it."""
    bands = tuple(band.id for band in policies.bands)
    for channel in Channel:
        assumed = policies.contact(channel)
        weight = policies.reach.desk if assumed.learns else math.inf
        whole = _sum(counts, channel, bands, DAYS)
        of_channel = _drawn(whole, assumed.reach, weight)
        yield channel, None, None, *whole, of_channel
        for band in bands:
            hours = _sum(counts, channel, (band,), DAYS)
            of_band = _drawn(hours, of_channel, weight)
            yield channel, band, None, *hours, of_band
            for day in DAYS:
                cell = _sum(counts, channel, (band,), (day,))
                yield channel, band, day, *cell, _drawn(cell, of_band, weight)


def _sum(counts: Counts, channel: str, bands: tuple[str, ...], days: tuple[int, ...]) -> tuple[int, int]:
    """Return tries and reached customers of some cells of a channel."""
    inside = [counts.get((channel, band, day), (0, 0)) for band in bands for day in days]
    return sum(tried for tried, _ in inside), sum(reached for _, reached in inside)


def _drawn(cell: tuple[int, int], before: float, weight: float) -> float:
    """Return the rate of a cell; one of endless weight stays where the cell before it is."""
    tried, reached = cell
    return before if weight == math.inf else shrunk(reached, tried, before, weight)


# --- the customer ----------------------------------------------------------------------------------------------------------


def reach(
    accounts: pl.LazyFrame, tries: frames.Tries, rates: frames.Rates, policies: Policies, *, now: datetime
) -> frames.Reach:
    """Return how likely a try at this hour reaches the customer of each account.

    Args:
        accounts: `account_id`, `customer_id`, `timezone`, `treatment`, `number_count` and `contact_lost`, one row each.
        tries: The tries of the desk, those of these customers at least.
        rates: The desk's cells.
        policies: Channels of the treatments, bands of hours, weights.
        now: The present, in the desk's zone.

    Shape: frames.REACH, in the order of `accounts`.
    """
    kept = accounts.select(
        "account_id", "customer_id", "timezone", "treatment", "number_count", "contact_lost"
    ).collect()
    here = _here(kept, rates, policies, now)
    tried = tries.collect()
    mine = kept["customer_id"].is_in(tried["customer_id"].drop_nulls().unique().implode()).arg_true()
    if len(mine):
        learnt = _with_customer(here[mine], frames.Tries(tried.lazy()), rates, policies)
        here = here.with_columns(here[name].scatter(mine, learnt[name]) for name in _LEARNT)
    nowhere = pl.lit(ReachFrom.NOWHERE.value, dtype=frames.REACH_FROM)
    lost = (pl.col("reach_channel") == Channel.PHONE.value) & ((pl.col("number_count") == 0) | pl.col("contact_lost"))
    nobody = lost.fill_null(value=False)
    told = here.lazy().with_columns(
        pl.when(nobody).then(0.0).otherwise(pl.col("reach").round(DECIMALS)).alias("reach"),
        pl.when(nobody).then(nowhere).otherwise("reach_from").alias("reach_from"),
    )
    return frames.Reach(frames.stamp(told, frames.REACH))


_LEARNT = ("reach", "reach_from", "tried_count", "reached_count", "best_band", "best_reach")


def _here(kept: pl.DataFrame, rates: frames.Rates, policies: Policies, now: datetime) -> pl.DataFrame:
    """Add channel, band and the desk's rate at the hour that it is where the customer is; nothing of the customer."""
    rules = list(policies.treatments)
    channels = [Channel.PHONE.value if rule.channel == "none" else rule.channel for rule in rules]
    tried = dict(rates.filter(pl.col("band").is_null()).select("channel", "tries_count").iter_rows())
    learns = {contact.channel: contact.learns for contact in policies.contacts}
    sources = [(ReachFrom.DESK if tried[c] and learns[c] else ReachFrom.PRIOR).value for c in channels]
    # Each rule by its number: to look texts up row by row takes several times as long.
    number = kept["treatment"].cast(pl.Enum([rule.id for rule in rules])).to_physical()
    cells = {(channel, band, day): rate for channel, band, day, rate in rates.select(*_CELL, "rate").iter_rows()}
    rate, band = pl.lit(None, dtype=pl.Float64), pl.lit(None, dtype=pl.String)
    for (name, day), zones in _hours(kept["timezone"], policies, now).items():
        there = pl.col("timezone").is_in(zones, nulls_equal=True) if zones else pl.lit(value=True)
        of_rule = pl.Series([cells[channel, name, day] for channel in channels]).gather(number)
        rate = pl.when(there).then(pl.lit(of_rule)).otherwise(rate)
        band = pl.when(there).then(pl.lit(name)).otherwise(band)
    return kept.with_columns(
        rate.alias("reach"),
        band.alias("band"),
        pl.Series("reach_channel", channels, frames.CHANNELS).gather(number),
        pl.Series("reach_from", sources, frames.REACH_FROM).gather(number),
        pl.lit(0, dtype=pl.Int32).alias("tried_count"),
        pl.lit(0, dtype=pl.Int32).alias("reached_count"),
        pl.lit(None, dtype=pl.String).alias("best_band"),
        pl.lit(None, dtype=pl.Float64).alias("best_reach"),
    )


def _hours(zones: pl.Series, policies: Policies, now: datetime) -> dict[tuple[str, int], list[str | None]]:
    """Return the bands and weekdays that it is now, each with its time zones; no zones where all are alike."""
    hours = policies.hours()
    found: dict[tuple[str, int], list[str | None]] = {}
    for zone in zones.unique().sort().to_list():
        there = now.astimezone(ZoneInfo(zone)) if zone else now
        found.setdefault((hours[there.hour], there.isoweekday()), []).append(zone)
    return found if len(found) > 1 else {alike: [] for alike in found}


def _with_customer(here: pl.DataFrame, tries: frames.Tries, rates: frames.Rates, policies: Policies) -> pl.DataFrame:
    """Bring in what the customers' own tries say; all of these customers were tried, on one channel or another."""
    weights, channel = policies.reach, {"channel": "reach_channel"}
    learns = pl.col("reach_channel").is_in([contact.channel for contact in policies.contacts if contact.learns])
    cells = _tally(tries)
    own = cells.group_by("customer_id", "channel").agg(pl.col("tried", "reached").sum()).rename(channel)
    there = cells.rename(channel | {"tried": "tried_there", "reached": "reached_there"})
    best = _best(cells, rates, policies).rename(channel)
    keys = ["customer_id", "reach_channel"]
    counted = (
        here.lazy()
        .drop("best_band", "best_reach")
        .with_columns(pl.col("reach_channel").cast(pl.String))
        .with_row_index("row")  # a join that keeps the order itself takes longer
        .join(own, on=keys, how="left")
        .join(there, on=[*keys, "band"], how="left")
        .join(best, on=keys, how="left")
        .sort("row")
        .with_columns(pl.col("tried", "reached", "tried_there", "reached_there").fill_null(0))
    )
    of_customer = shrunk(pl.col("reached"), pl.col("tried"), pl.col("reach"), weights.own)
    in_band = shrunk(pl.col("reached_there"), pl.col("tried_there"), of_customer, weights.own_band)
    return counted.with_columns(
        pl.when(learns).then(in_band).otherwise("reach").alias("reach"),
        pl.when(learns & (pl.col("tried") > 0))
        .then(pl.lit(ReachFrom.OWN.value, dtype=frames.REACH_FROM))
        .otherwise("reach_from")
        .alias("reach_from"),
        pl.col("tried").cast(pl.Int32).alias("tried_count"),
        pl.col("reached").cast(pl.Int32).alias("reached_count"),
    ).collect()


def _tally(tries: frames.Tries) -> pl.LazyFrame:
    """Count each customer's tries by channel and band of hours."""
    return (
        tries.filter(pl.col("customer_id").is_not_null())
        .group_by("customer_id", "channel", "band")
        .agg(pl.len().alias("tried"), pl.col("right_party").sum().alias("reached"))
        .collect()
        .lazy()
    )


def _best(cells: pl.LazyFrame, rates: frames.Rates, policies: Policies) -> pl.LazyFrame:
    """Return the band in which each customer is best reached, where enough own tries show it.

    It must have been tried often enough, have reached the customer, and be better than the customer's tries at large.
    Of equals the earlier band is taken.
    """
    weights = policies.reach
    keys = ("customer_id", "channel")
    by_band = rates.lazy().filter(pl.col("weekday").is_null() & pl.col("band").is_not_null())
    order = {band.id: number for number, band in enumerate(policies.bands)}
    tried, reached = (pl.col(name).sum().over(keys) for name in ("tried", "reached"))
    before = shrunk(pl.col("reached_all"), pl.col("tried_all"), pl.col("rate"), weights.own)
    enough = (pl.col("tried") >= weights.best_tries) & (
        pl.col("reached") * pl.col("tried_all") > pl.col("reached_all") * pl.col("tried")
    )
    return (
        cells.with_columns(tried.alias("tried_all"), reached.alias("reached_all"))
        .filter(enough)
        .join(by_band.select("channel", "band", "rate"), on=["channel", "band"])
        .with_columns(
            shrunk(pl.col("reached"), pl.col("tried"), before, weights.own_band).round(DECIMALS).alias("best_reach"),
            pl.col("band").replace_strict(order, return_dtype=pl.Int32).alias("order"),
        )
        .sort("best_reach", "order", descending=[True, False])
        .group_by(keys)
        .agg(pl.col("band").first().alias("best_band"), pl.col("best_reach").first())
    )
