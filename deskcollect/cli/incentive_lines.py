"""What the commands about incentives print: lines for people, objects for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.cli import output
from deskcollect.cli.act import numbered, passed_lines, passed_objects, proofs
from deskcollect.cli.table import Column, table
from deskcollect.cli.work_order import WorkOrder, amount
from deskcollect.present.incentives import IncentiveWords
from deskcollect.present.numbers import several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.cli.opened import Opened
    from deskcollect.desk.decisions.incentives import Done
    from deskcollect.desk.decisions.offers import Listed, Offer, Proposal, Whole
    from deskcollect.present.lines import Line


def words(seen: Opened) -> IncentiveWords:
    """Return the words for incentives."""
    return IncentiveWords(seen.voice, seen.desk.policies, seen.desk.zone)


# --- for people --------------------------------------------------------------------------------------------------------


def listed_lines(seen: Opened, found: Listed, *, some: bool) -> Iterator[Line | str]:
    """Return what is open and who is eligible as a table; `some`: not of all measures."""
    told = words(seen)
    yield f"{seen.dated} · open {found.open_count:,} · may be proposed {found.new_count:,}"
    if not found.offers:
        what, of_it = ("that", " of it") if some else ("anything", "")
        yield f"Nobody is eligible for {what} today, and nothing{of_it} is open."
        return
    yield ""
    columns = [
        *(Column("Account"), Column("Customer", least=10, most=18), Column("Measure", least=16, most=30)),
        *(Column("State", least=18), Column("Cost or gain", least=20, most=60), Column("Why", least=20)),
    ]
    yield from table(columns, [_cells(seen, told, each) for each in found.offers], output.width())
    left = found.open_count + found.new_count - len(found.offers)
    if left > 0:
        yield f"{left:,} more; --limit shows other numbers of rows."
    yield "Nothing is done by itself. Amounts rest on incentives.toml; show ACCOUNT says what they assume."


def _cells(seen: Opened, told: IncentiveWords, each: Offer) -> list[str | tuple[str, str]]:
    """Return the cells of one offer."""
    name = seen.rows.customer(each.row) if each.row else "?"
    return [each.account_id, name, told.label(each), told.state(each), told.cost(each), told.why(each)]


def whole_lines(seen: Opened, found: Whole) -> Iterator[Line | str]:
    """Return every measure for one account."""
    told = words(seen)
    width = output.page_width()
    name = seen.rows.customer(found.row)[0] if found.row else "not in the newest book"
    fitting = [each for each in found.offers if each.eligible or each.proposal]
    yield f"{found.account_id} {name}: {len(fitting)} of {several(len(found.offers), 'measure fits', 'measures fit')}"
    for each in fitting:
        yield ""
        yield from told.offer(each, width)
    others = [each for each in found.offers if each not in fitting]
    if others:
        yield ""
        yield "Not today"
    for each in others:
        yield from told.unfit(each, width)
    for proposal in found.proposals:
        yield ""
        yield f"{proposal.label}, {told.standing(proposal)[0]}"
        yield from told.past(proposal)
    yield from passed_lines(found.passed)


def done_lines(seen: Opened, done: Done) -> Iterator[str]:
    """Return what was written, and what comes next."""
    return numbered(done, words(seen).stands)


def work_order() -> WorkOrder:
    """Return how a work order of measures is made and read."""
    from deskcollect.desk.decisions import offers

    columns = (
        *(Column("Account"), Column("Measure"), Column("Does"), Column("Amount", "right"), Column("From")),
        *(Column("Notice"), Column("By"), Column("Signed")),
    )
    return WorkOrder(offers.ORDER_CODE, offers.order_lines, columns, _order_cells, "nothing was done")


def _order_cells(seen: Opened, row: dict[str, Any]) -> list[str | tuple[str, str]]:
    """Return the cells of one line of a work order."""
    head = [row["account_id"], row["measure"], row["order_code"], amount(seen, row, "measure_amount")]
    return [*head, str(row["from_on"]), str(row["notified_on"] or ""), row["by"], row["signed_by"]]


# --- for programs ------------------------------------------------------------------------------------------------------


def offer_object(seen: Opened, each: Offer) -> dict[str, Any]:
    """Return one measure for one account."""
    told = words(seen)
    measure = each.measure
    return {
        "account_id": each.account_id,
        "customer_name": each.row["customer_name"] if each.row else None,
        "measure": each.name,
        "label": told.label(each),
        "kind": measure.kind if measure else None,
        "eligible": each.eligible,
        "state": told.state(each)[0],
        "why": told.why(each),
        "cost_or_gain": told.cost(each),
        "amount": each.amount,
        "currency": each.row["currency"] if each.row else None,
        "assumed": told.assumed(each),
        "approve_by": measure.approve_by if measure else None,
        "second_person": measure.second_person if measure else None,
        "wait_days": measure.wait_days if measure else None,
        "unmet": list(each.unmet),
        "blocked": f"{each.blocked.message} {each.blocked.remedy}" if each.blocked else None,
        "proposal": proposal_object(each.proposal) if each.proposal else None,
    }


def proposal_object(each: Proposal) -> dict[str, Any]:
    """Return one proposal by itself."""
    return {
        "proposal": each.id,
        "measure": each.measure,
        "kind": each.kind.value,
        "state": each.state.value,
        "proposed_by": each.proposed_by,
        "proposed_on": each.proposed_on,
        "signed_by": each.signed_by,
        "notified_on": each.notified_on,
        "not_before": each.waits_until,
        "lapses_after": each.lapses_after if each.is_open else None,
        "done_by": each.done_by,
        "done_on": each.done_on,
        "values": dict(each.values),
        "events": [event.event_id for event in each.events],
    }


def whole_object(seen: Opened, found: Whole) -> dict[str, Any]:
    """Return every measure for one account."""
    return {
        "account_id": found.account_id,
        "measures": [offer_object(seen, each) for each in found.offers],
        "proposals": [proposal_object(each) for each in found.proposals],
        "passed_over": passed_objects(found.passed),
    }


def done_objects(_: Opened, done: Done) -> Iterator[dict[str, Any]]:
    """Yield what was written and what was refused, one object an account."""
    return proofs(done, lambda _, now: {"proposal": proposal_object(now) if now else None})
