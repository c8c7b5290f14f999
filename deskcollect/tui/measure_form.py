"""The form of what is done about incentives and consequences: one step of one measure for one account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from deskcollect.desk.decisions import foretold, incentives, offers
from deskcollect.present.lines import Line, line
from deskcollect.tui.decision_form import KEYS, DecisionForm, refused_by
from deskcollect.vocabulary import Channel, MeasureAction, MeasureKind, MeasureState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.decisions.offers import Offer
    from deskcollect.tui.decision_form import Choice
    from deskcollect.tui.session import Session

_LABELS: Mapping[str, str] = MappingProxyType({"choice": "Which", "reason": "Note"})
_WRITE: Mapping[MeasureAction, Callable[..., incentives.Done]] = MappingProxyType(
    {
        MeasureAction.PROPOSE: incentives.propose,
        MeasureAction.NOTIFY: incentives.notify,
        MeasureAction.APPROVE: incentives.approve,
        MeasureAction.REFUSE: incentives.refuse,
        MeasureAction.WITHDRAW: incentives.withdraw,
        MeasureAction.DONE: incentives.do,
    }
)
_WORDS: Mapping[MeasureAction, str] = MappingProxyType(
    {
        MeasureAction.PROPOSE: "Propose",
        MeasureAction.NOTIFY: "Notice went out",
        MeasureAction.APPROVE: "Approve",
        MeasureAction.REFUSE: "Refuse",
        MeasureAction.WITHDRAW: "Withdraw",
        MeasureAction.DONE: "Do now",
    }
)
_WRITTEN = (Channel.LETTER, Channel.EMAIL, Channel.TEXT)
SIGNING = frozenset({MeasureAction.APPROVE, MeasureAction.REFUSE})


class _Step(NamedTuple):
    """One thing that can be done: a step of a measure; a notice goes by a channel."""

    action: MeasureAction
    measure: str
    channel: Channel | None = None


class MeasureForm(DecisionForm):
    """The form of one step of a measure for one account.

    Args:
        session: The run.
        account_id: For whom.
        measure: Which one alone, where one is meant.
        only: The steps to choose from; none: all.
    """

    labels: ClassVar[Mapping[str, str]] = _LABELS

    def __init__(
        self,
        session: Session,
        account_id: str,
        measure: str = "",
        only: frozenset[MeasureAction] = frozenset(MeasureAction),
    ) -> None:
        desk, day, _ = session.opened
        self._steps: dict[str, _Step] = {}
        whole = offers.whole(desk, day, account_id)
        self._offers = [each for each in whole.offers if measure in {"", each.name}]
        self._only = only
        super().__init__(session, f"measure {measure} {' '.join(sorted(only))}", [account_id])

    @property
    def heading(self) -> str:
        """Return what is decided."""
        return "Incentives and consequences"

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that are asked for, in order."""
        return ("choice", "reason")

    def to_choose(self) -> Iterator[Choice]:
        """Go through the steps that can be taken now."""
        steps = [(step, each) for each in self._offers for step in _possible(each) if step.action in self._only]
        signing = self._only == SIGNING
        for number, (step, each) in zip(KEYS, steps, strict=False):
            key = step.action[0] if signing else number
            label = each.measure.label if each.measure else each.name
            by = f" by {step.channel}" if step.channel else ""
            self._steps[key] = step
            yield key, key, f"{_WORDS[step.action]}{by}: {label}"

    @property
    def nothing(self) -> str:
        """Return that no measure fits and none is open."""
        return "" if self.choices else "No incentive or consequence fits this account today, and none is open."

    def asked(self) -> tuple[MeasureAction, incentives.Asked]:
        """Return the step that was chosen, and what is wanted."""
        step = self._steps[self.choice()]
        return step.action, incentives.Asked(self.account_ids[0], self.reason(), step.measure, step.channel)

    def problem(self) -> str:
        """Return what keeps the form from being saved; empty if nothing does."""
        return "" if self.choice() else "Choose one of the above."

    def effect(self) -> list[Line]:
        """Return what the step would do, with what it costs or brings."""
        problem = self.problem()
        if problem:
            return [line((problem, "warning" if self.typed else "muted"))]
        desk, day, _ = self.session.opened
        action, asked = self.asked()
        made, refused = foretold.of_measure(desk, day, action, [asked], by=self.session.by)
        if refused:
            return [line((self.refusing(refused_by(refused)), "warning"))]
        words = self.session.incentives()
        offer = next(each for each in self._offers if each.name == asked.measure)
        cost = [line(("Amount   ", "muted"), words.cost(offer))] if words.cost(offer) else []
        why = [line(("Why      ", "muted"), words.why(offer))] if action is MeasureAction.PROPOSE else []
        effect = [line(("Effect   ", "muted"), words.stands(each.event, each.proposal)) for each in made]
        return [*why, *cost, *effect]

    def save(self) -> incentives.Done:
        """Record it."""
        desk, day, _ = self.session.opened
        action, asked = self.asked()
        return _WRITE[action](desk, day, [asked], by=self.session.by)


def _possible(offer: Offer) -> Iterator[_Step]:
    """Go through the steps that may come next for a measure."""
    proposal = offer.proposal
    if proposal is None:
        if offer.eligible and offer.blocked is None:
            yield _Step(MeasureAction.PROPOSE, offer.name)
        return
    if proposal.state is MeasureState.PROPOSED:
        yield _Step(MeasureAction.APPROVE, offer.name)
        yield _Step(MeasureAction.REFUSE, offer.name)
    else:
        yield _Step(MeasureAction.DONE, offer.name)
    if proposal.kind is MeasureKind.CONSEQUENCE and proposal.notified_on is None:
        yield from (_Step(MeasureAction.NOTIFY, offer.name, channel) for channel in _WRITTEN)
    yield _Step(MeasureAction.WITHDRAW, offer.name)


def told(session: Session, done: incentives.Done) -> str:
    """Return what a step did."""
    event = done.events[0]
    return session.incentives().stands(event, done.standing.get(event.event_id))
