"""What only a book can tell that knows the outcome already: a characteristic, or a card, that is too good to be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deskcollect.desk.cards.lessons import TELLING
from deskcollect.errors import BadUse
from deskcollect.scoring import validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl
    from numpy.typing import NDArray

    from deskcollect.desk.cards.lessons import Lessons

    Numbers = NDArray[np.float64]

LEAST_OF_EACH = 10  # good and bad ones, below which chance alone is often too good to be true
_NAMED = 3
_EARLIER = "use a book of an earlier day"


def refuse_characteristics(taught: Lessons, names: Iterable[str]) -> None:
    """Refuse lessons in which one characteristic, or whether it is known, tells the outcome almost without a mistake.

    Errors: BadUse names each with its AUC.
    """
    found = dict(_telling(taught.features, taught.bad.to_numpy().astype(np.float64), names))
    if not found:
        return
    listed = ", ".join(f"{name} ({value:.3f})" for name, value in list(found.items())[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    what = f"{listed} tells" if len(found) == 1 else f"Each of {listed}{more} tells"
    way_out = f"; or leave out what is wrong:  --without {','.join(found)}" if len(found) <= _NAMED else "."
    raise BadUse(
        f"{what} good from bad by itself with an AUC above {TELLING}, which nothing known before does.",
        f"The book very likely holds what was known only after the outcome: {_EARLIER}{way_out}",
    )


def _telling(features: pl.DataFrame, bad: Numbers, names: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Go through the characteristics that tell too much."""
    for name in names:
        values = features[name].cast(float).to_numpy()
        unknown = np.isnan(values)
        found = max(_apart(bad[~unknown], values[~unknown]), _apart(bad, unknown.astype(np.float64)))
        if found > TELLING:
            yield name, found


def _apart(bad: Numbers, values: Numbers) -> float:
    """Return the AUC of values in the direction that is better; a half where there are too few of a kind."""
    if not enough(bad):
        return 0.5
    found = validate.auc(bad, values)
    return max(found, 1.0 - found)


def refuse_card(bad: Numbers, chances: Numbers) -> None:
    """Refuse a card that judges too well.

    Errors: BadUse.
    """
    if enough(bad) and (found := validate.auc(bad, chances)) > TELLING:
        raise BadUse(
            f"The new card judges with an AUC of {found:.3f}, which no honest card reaches.",
            f"The book very likely holds what was known only after the outcome: {_EARLIER}.",
        )


def enough(bad: Numbers) -> bool:
    """Say whether there are enough of both kinds for a figure near 1 to mean something."""
    return LEAST_OF_EACH <= int(bad.sum()) <= len(bad) - LEAST_OF_EACH
