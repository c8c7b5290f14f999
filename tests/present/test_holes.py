"""Lost records in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from deskcollect.desk.upkeep.repairing import Loss
from deskcollect.present.holes import gaps, lost

TODAY = date(2026, 11, 23)
BEFORE, BEHIND = datetime(2026, 9, 28, 10, 31, tzinfo=UTC), datetime(2026, 9, 28, 10, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (
            Loss(1204, 1206, BEFORE, BEHIND, 1881),
            (
                "Records 1,204 to 1,206 are lost, recorded between 28 Sep 10:31 and 28 Sep 10:40. "
                "What stood there (1,881 bytes) is kept in quarantine.bin."
            ),
        ),
        (Loss(7, 7, BEFORE, None), "Record 7 is lost, recorded after 28 Sep 10:31."),
        (Loss(1, 2, None, BEHIND), "Records 1 to 2 are lost, recorded before 28 Sep 10:40."),
        (Loss(1, 1, None, None), "Record 1 is lost."),
        (Loss(8, 7, None, None, 40), "Behind record 7 stood bytes that are no record; no record is lost."),
        (
            Loss(8, 7, None, None, is_tied=False),
            "Record 7 is not the one that record 8 followed: it was altered, and counts as it stands.",
        ),
    ],
)
def test_a_loss_is_said_with_numbers_times_and_what_remains(loss: Loss, words: str) -> None:
    assert lost(loss, TODAY) == words


def test_a_gap_is_said_with_who_repaired_it_and_when() -> None:
    told = Loss(1204, 1206, None, None, by="mei", repaired_at=datetime(2026, 11, 23, 9, 5, tzinfo=UTC))
    assert gaps((told, Loss(1, 1, None, None)), TODAY) == [
        "1 gap of 3 records, repaired on 23 Nov 09:05 by mei.",
        "1 gap of 1 record, repaired.",
    ]
