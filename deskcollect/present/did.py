"""What one step of an incentive or a consequence was, in a sentence for every history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.errors import inside
from deskcollect.present.clean import clean
from deskcollect.vocabulary import MeasureAction, MeasureKind

if TYPE_CHECKING:
    from deskcollect.records import Event

_DID = {
    MeasureAction.PROPOSE.value: "proposed",
    MeasureAction.NOTIFY.value: "notice sent",
    MeasureAction.APPROVE.value: "approved",
    MeasureAction.REFUSE.value: "refused",
    MeasureAction.WITHDRAW.value: "withdrawn",
    MeasureAction.DONE.value: "done",
}


def did(event: Event) -> str:
    """Return one step in a sentence: `Consequence late fee: notice sent by letter`."""
    kind = event.data.get("kind")
    what = kind.capitalize() if isinstance(kind, str) and kind in set(MeasureKind) else "Measure"
    label = clean(str(event.data.get("label") or event.data.get("measure") or ""))
    by = f" by {clean(str(event.channel))}" if event.channel else ""
    return f"{what} {inside(label)}: {_DID.get(event.code, clean(event.code))}{by}"
