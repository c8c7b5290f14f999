"""What is done about restrictions and measures, from whatever screen: asked for in a dialog, told in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from deskcollect.present.numbers import count
from deskcollect.tui.deciding import Chooses, name, said
from deskcollect.vocabulary import MeasureAction, RestrictionAction, Signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from deskcollect.tui.decision_form import Did
    from deskcollect.tui.session import Session


class Restricts(Chooses):
    """A screen on which accounts are restricted and measures are taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("I", "restriction('impose')", "Restrict: impose a restriction…", id="restriction.impose", show=False),
        Binding("D", "restriction('confirm')", "Proof seen: identity, documents, income…", id="restriction.proof", show=False),
        Binding("M", "measure", "Incentive or consequence: the next step…", id="measure.step", show=False),
    ]  # fmt: skip

    def ids(self) -> dict[str, str]:
        """Return which restriction of each account is meant, where that is known."""
        return {}

    def action_restriction(self, word: str) -> None:
        """Ask for what an act needs, and do it for the accounts that are chosen."""
        from deskcollect.tui import restriction_form

        chosen, ids = self.chosen(), self.ids()
        if not chosen:
            return
        every = {str(each): each for each in (*RestrictionAction, *Signature)}
        self.decide(
            lambda: restriction_form.RestrictionForm(self.session, every[word], chosen, ids),
            lambda done: self._tell(done, lambda: restriction_form.told(self.session, done)),  # type: ignore[arg-type]  # the form wrote it
        )

    def action_measure(self) -> None:
        """Ask for the next step of a measure for the account at hand."""
        account_id = self.current()
        if account_id is not None:
            self._measure(account_id, "", frozenset(MeasureAction))

    def sign_measure(self, account_id: str, measure: str) -> None:
        """Ask whether a measure is approved or refused."""
        from deskcollect.tui.measure_form import SIGNING

        self._measure(account_id, measure, SIGNING)

    def _measure(self, account_id: str, measure: str, only: frozenset[MeasureAction]) -> None:
        """Ask for a step, and take it."""
        from deskcollect.tui import measure_form

        self.decide(
            lambda: measure_form.MeasureForm(self.session, account_id, measure, only),
            lambda done: self._tell(done, lambda: measure_form.told(self.session, done)),  # type: ignore[arg-type]  # the form wrote it
        )

    def _tell(self, done: Did, one: Callable[[], str]) -> None:
        """Say what became of it."""
        parts = [f"{count(len(done.events))} recorded"]
        parts += [f"{count(len(done.refused))} refused"] if done.refused else []
        said(self, done, ", ".join(parts), lambda: _of_one(self.session, done, one()))


def _of_one(session: Session, done: Did, told: str) -> str:
    """Return what was done about one account."""
    return f"{name(session, done.events[0].account_id)}: {told}"
