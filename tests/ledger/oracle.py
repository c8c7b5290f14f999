"""What a ledger promises, whatever happened to it: acknowledged <= recovered <= attempted, in order, in whole batches."""

from __future__ import annotations

from collections.abc import Sequence


def keeps_its_word(
    recovered: Sequence[str], acknowledged: Sequence[Sequence[str]], attempted: Sequence[Sequence[str]]
) -> bool:
    """Say whether what stands in a ledger is what it may hold: no batch twice, none in part, none that was never tried.

    Args:
        recovered: What can be read, in order.
        acknowledged: The batches of which it was said that they are recorded.
        attempted: All batches that somebody began to record, in order.
    """
    told = {tuple(batch) for batch in acknowledged}
    rest = list(recovered)
    for batch in attempted:
        if rest[: len(batch)] == list(batch):
            del rest[: len(batch)]
            told.discard(tuple(batch))
    return not rest and not told
