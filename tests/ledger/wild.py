"""Documents as any program might have written them: of the form of an event, and with anything in any field."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from deskcollect.ledger import document
from tests.ledger.builders import DESK, NOW, promise

TIMES = (
    *("2026-W40-1T10:00:00+00:00", "20260930T100000Z", "2026-09-30T10:00:00+08:00:30", "2026-09-30T10:00:00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+00:00", "2026-09-30"),
    *("2026-09-30T10:00:60+00:00", "2026-99-99T10:00:00+00:00", "+12026-01-01T00:00:00+00:00", "yesterday"),
    *("2026-09-30T10:00:00+08:00", "1889-05-01T10:00:00.000001-11:59", "9998-12-31T23:59:59+00:00"),
)
DATES = ("2026-99-99", "20261005", "2026-W40-1", "0001-01-01", "9999-12-31", "10000-01-01", "2026-10-05", "soon")
AMOUNTS = ("1_000", "5E+2", "-5", "NaN", "1e400", "1E+999999999", "٣", " 5", "9999999999999999.9999", "0.00001")
NUMBERS = (10**30, -(10**30), 3 * 10**9, 2**63, 2**31, 2**31 - 1, -1, 0, 0.5, 1e300, True)
TEXTS = ("", "\u202eana", "\x1b[2J", '"', "\\", "A1", "C1", "PTP", "CB", "outcome", "alert", "restriction", "measure")
LEAVES = st.none() | st.sampled_from((*TIMES, *DATES, *AMOUNTS, *NUMBERS, *TEXTS)) | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda each: (
        st.lists(each, max_size=3)
        | st.dictionaries(st.sampled_from(("score", "at", "desk", "seq", "part", "a")), each, max_size=3)
    ),
    max_leaves=4,
)
GOOD = document.write(promise(1), recorded_at=NOW, desk=DESK)
DATA = st.dictionaries(
    st.sampled_from(
        (
            *("at", "next_on", "next_at", "count", "reason", "day", "level", "signals", "until", "owner", "verdict"),
            *("kind", "limit", "review_on", "open", "proof", "found", "label", "measure", "values", "events", "after"),
        )
    ),
    VALUES,
    max_size=3,
)


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Return documents of which some fields hold anything, or are missing."""
    fields = st.fixed_dictionaries({}, optional=dict.fromkeys((*GOOD, "corrects", "decided", "colour"), VALUES))
    near = st.fixed_dictionaries(
        {},
        optional={
            "data": DATA,
            "decided": st.dictionaries(st.sampled_from(("score", "card", "model")), VALUES, max_size=2),
            "kind": st.sampled_from(("outcome", "alert", "restriction", "approval", "measure", "system", "correction")),
            "code": st.sampled_from(("PTP", "CB", "NA", "close", "impose", "propose", "EXPORTED")),
            "occurred_at": st.sampled_from(TIMES),
        },
    )
    missing = st.sets(st.sampled_from(sorted(GOOD)), max_size=2)
    return st.builds(
        lambda wild, some, gone: {k: v for k, v in (GOOD | wild | some).items() if k not in gone}, fields, near, missing
    )
