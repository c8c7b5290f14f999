"""Parts of the policies that are put together from several tables and single values of one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.policy import incentives as favours
from deskcollect.policy import model
from deskcollect.policy import restrictions as limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    Tables = Mapping[str, model.Ruleset[Any]]
    Settings = Mapping[str, float | int]


def weights(told: Settings) -> model.Weights:
    """Put the weights of recovery.toml together."""
    return model.Weights(
        desk=float(told["desk_weight"]),
        own=float(told["own_weight"]),
        own_band=float(told["own_band_weight"]),
        best_tries=int(told["best_tries"]),
        window_days=int(told["window_days"]),
    )


def restrictions(t: Tables, told: Settings) -> limits.Restrictions:
    """Put restrictions.toml together."""
    return limits.Restrictions(t["kind"], t["reason"], t["check"], t["release"], int(told["rebreach_days"]))


def incentives(t: Tables, told: Settings) -> favours.Incentives:
    """Put incentives.toml together."""
    return favours.Incentives(t["measure"], t["price"], int(told["lapse_days"]))
