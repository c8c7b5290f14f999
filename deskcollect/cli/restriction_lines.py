"""What the commands about restrictions print: lines for people, objects for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.cli import output
from deskcollect.cli.act import numbered, passed_lines, passed_objects, proofs
from deskcollect.cli.table import Column, table
from deskcollect.cli.work_order import WorkOrder, amount
from deskcollect.present.dates import short_date
from deskcollect.present.numbers import several
from deskcollect.present.restrictions import RestrictionWords
from deskcollect.present.what_if import turned, what_if
from deskcollect.vocabulary import Met

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.cli.opened import Opened
    from deskcollect.desk.decisions.release import Checklist, Restriction, Review, WhatIf, Whole
    from deskcollect.desk.decisions.restrictions import Done
    from deskcollect.present.lines import Line


def words(seen: Opened) -> RestrictionWords:
    """Return the words for restrictions."""
    return RestrictionWords(seen.voice, seen.desk.policies, seen.desk.zone)


# --- for people --------------------------------------------------------------------------------------------------------


def queue_lines(seen: Opened, rows: Sequence[Review], total: int, *, due: bool) -> Iterator[Line | str]:
    """Return the open restrictions as a table, with what is to be signed and what came back."""
    from deskcollect.desk.decisions.release import returned

    told = words(seen)
    waiting = sum(each.restriction.waits is not None for each in rows)
    what = f"for review {len(rows):,} of {total:,}" if due else f"restrictions {total:,}"
    yield f"{seen.dated} · {what} · {waiting} to be signed"
    for back in returned(seen.desk, seen.day):
        yield f"! {back.account_id}: {told.rebreach(back)}"
    if not rows:
        yield "Nothing is due for review." if total else "No restriction stands."
        return
    yield ""
    columns = [
        *(Column("Account"), Column("Customer", least=12, most=20), Column("Kind", most=24), Column("Since")),
        *(Column("Review"), Column("Ready", "right"), Column("State", least=14)),
    ]
    yield from table(columns, [_cells(seen, told, each) for each in rows], output.width())


def _cells(seen: Opened, told: RestrictionWords, each: Review) -> list[str | tuple[str, str]]:
    """Return the cells of one restriction."""
    restriction = each.restriction
    name = seen.rows.customer(each.row) if each.row else "?"
    since = short_date(restriction.since, told.today) if restriction.since else "–"
    return [
        restriction.account_id,
        name,
        told.kind(restriction),
        since,
        told.review_day(each),
        told.ready(each),
        told.state(each),
    ]


def whole_lines(seen: Opened, found: Whole, *, history: bool) -> Iterator[Line | str]:
    """Return what is known of the restrictions of one account."""
    told = words(seen)
    name = seen.rows.customer(found.row)[0] if found.row else "not in the newest book"
    yield f"{found.account_id} {name}: {several(len(found.open), 'open restriction', 'open restrictions')}"
    width = output.page_width()
    for each in found.open:
        yield ""
        yield from told.review(each, width)
        if history:
            yield from told.history(each.restriction)
    if not found.open:
        if found.rebreach is not None:
            yield f"! {told.rebreach(found.rebreach)}"
        for ground in found.suggested:
            label = seen.desk.policies.restrictions.kind(ground.kind).label
            yield f"Signals suggest {ground.code}, {ground.label}: {label}."
    if history:
        for past in found.past:
            yield ""
            yield f"{told.kind(past)}, {told.reason(past)}, {past.state.value}"
            yield from told.history(past)
    yield from passed_lines(found.passed)


def what_if_lines(seen: Opened, found: WhatIf) -> Iterator[Line | str]:
    """Return now and then beside each other."""
    told = words(seen)
    restriction = found.now.restriction
    yield f"What if, {restriction.account_id}, {told.kind(restriction)}. Nothing is recorded."
    yield from what_if(told, found)


def done_lines(seen: Opened, done: Done) -> Iterator[Line | str]:
    """Return what was written, and where each restriction stands now."""
    from deskcollect.desk.decisions.release import queue

    told = words(seen)
    days = {each.restriction.id: each.review_on for each in queue(seen.desk, done.day)}
    yield from numbered(done, lambda event, now: told.stands(event, now, days.get(now.id) if now else None))
    for back in done.back:
        yield f"! {back.account_id}: {told.rebreach(back)}"


def work_order() -> WorkOrder:
    """Return how a work order of restrictions is made and read."""
    from deskcollect.desk.decisions import orders

    columns = (
        *(Column("Account"), Column("Does"), Column("Ends"), Column("Limit", "right"), Column("Reason")),
        *(Column("From"), Column("By"), Column("Signed")),
    )
    return WorkOrder(orders.CODE, orders.lines, columns, _order_cells, "no change took effect")


def _order_cells(seen: Opened, row: dict[str, Any]) -> list[str | tuple[str, str]]:
    """Return the cells of one line of a work order."""
    head = [row["account_id"], row["order_code"], row["ends_code"], amount(seen, row, "limit")]
    return [*head, row["restriction_reason"], str(row["from_on"]), row["by"], row["signed_by"]]


# --- for programs ------------------------------------------------------------------------------------------------------


def review_object(seen: Opened, each: Review) -> dict[str, Any]:
    """Return one restriction as it is to be judged."""
    told = words(seen)
    found, estimate = each.checklist, each.estimate
    return {
        **restriction_object(each.restriction),
        "customer_name": each.row["customer_name"] if each.row else None,
        "review_on": each.review_on,
        "review_from": found.when if found else None,
        "ready": found.ready if found else None,
        "rule": found.release.id if found else None,
        "checks": _checks(told, found),
        "estimate": {
            "count": estimate.count,
            "running": estimate.running,
            "median_days": estimate.median,
            "low_days": estimate.low,
            "high_days": estimate.high,
        },
        "rebreach": told.rebreach(each.rebreach) if each.rebreach else None,
    }


def _checks(told: RestrictionWords, found: Checklist | None) -> list[dict[str, Any]]:
    """Return the lines of a checklist."""
    return [
        {
            "id": item.check.id,
            "label": item.check.label,
            "met": item.met.value,
            "source": item.check.source,
            "value": None if item.met is Met.UNKNOWN else told.value(item, found.facts),
            "todo": {Met.YES: None, Met.NO: item.check.todo, Met.UNKNOWN: item.check.missing}[item.met],
        }
        for item in (found.items if found else ())
        if found
    ]


def restriction_object(each: Restriction) -> dict[str, Any]:
    """Return one restriction by itself."""
    waits = each.waits
    return {
        "restriction": each.id,
        "account_id": each.account_id,
        "customer_id": each.customer_id,
        "kind": each.kind.value,
        "limit": each.limit,
        "currency": each.currency,
        "reason": each.reason,
        "state": each.state.value,
        "imposed_by": each.imposed_by,
        "imposed_on": each.imposed_on,
        "signed_by": each.signed_by,
        "since": each.since,
        "lifted_on": each.lifted_on,
        "waits": {"action": str(waits.code), "by": waits.by, "on": waits.on, "note": waits.note, "open": waits.open}
        if waits
        else None,
        "evidence": [
            {"rule": seen.rule, "seen_on": seen.seen_on, "values": dict(seen.values)} for seen in each.evidence
        ],
        "as_it_was": dict(each.as_it_was),
        "events": [event.event_id for event in each.events],
    }


def whole_object(seen: Opened, found: Whole) -> dict[str, Any]:
    """Return what is known of the restrictions of one account."""
    told = words(seen)
    return {
        "account_id": found.account_id,
        "open": [review_object(seen, each) for each in found.open],
        "past": [restriction_object(each) for each in found.past],
        "suggested": [ground.code for ground in found.suggested],
        "rebreach": told.rebreach(found.rebreach) if found.rebreach else None,
        "passed_over": passed_objects(found.passed),
    }


def what_if_object(seen: Opened, found: WhatIf) -> dict[str, Any]:
    """Return now and then."""
    return {
        "account_id": found.now.restriction.account_id,
        "paid": found.paid,
        "shown": [proof.value for proof in found.shown],
        **{name: _supposed(seen, each) for name, each in (("now", found.now), ("then", found.then))},
        "sentence": turned(words(seen), found),
    }


def _supposed(seen: Opened, each: Review) -> dict[str, Any]:
    """Return one side of a what-if."""
    row = each.row or {}
    told = review_object(seen, each)
    kept = ("review_on", "review_from", "ready", "rule", "checks", "estimate")
    return {**{name: row.get(name) for name in ("past_due", "score", "tier")}, **{name: told[name] for name in kept}}


def done_objects(seen: Opened, done: Done) -> Iterator[dict[str, Any]]:
    """Yield what was written and what was refused, one object an account."""
    told = words(seen)
    back = {each.account_id: told.rebreach(each) for each in reversed(done.back)}
    return proofs(
        done,
        lambda event, now: {
            "restriction": restriction_object(now) if now else None,
            "rebreach": back.get(event.account_id),
        },
    )
