"""The forms of what is done about restrictions: impose, extend, vary, lift, sign, and what was found of a proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from deskcollect.currency import decimals
from deskcollect.desk.decisions import foretold, restrictions
from deskcollect.present.clean import clean
from deskcollect.present.dates import read_amount
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import money
from deskcollect.tui.decision_form import KEYS, DecisionForm, refused_by
from deskcollect.vocabulary import Finding, Proof, RestrictionAction, RestrictionKind, Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from deskcollect.desk.decisions.foretold import Foretold
    from deskcollect.present.restrictions import RestrictionWords
    from deskcollect.tui.decision_form import Choice
    from deskcollect.tui.session import Session

Act = RestrictionAction | Signature
LABELS: Mapping[str, str] = MappingProxyType(
    {"choice": "Which", "kind": "Kind", "limit": "Limit", "found": "Found", "until": "Review", "reason": "Note"},
)
_FIELDS: Mapping[Act, tuple[str, ...]] = MappingProxyType(
    {
        RestrictionAction.IMPOSE: ("choice", "kind", "limit", "until", "reason"),
        RestrictionAction.EXTEND: ("until", "reason"),
        RestrictionAction.VARY: ("choice", "limit", "reason"),
        RestrictionAction.LIFT: ("reason",),
        RestrictionAction.CONFIRM: ("choice", "found", "reason"),
        Signature.APPROVE: ("choice", "reason"),
    }
)
_HEADINGS: Mapping[Act, str] = MappingProxyType(
    {
        RestrictionAction.IMPOSE: "Restrict",
        RestrictionAction.EXTEND: "Put the review off",
        RestrictionAction.VARY: "Another restriction instead",
        RestrictionAction.LIFT: "Lift",
        RestrictionAction.CONFIRM: "Proof seen",
        Signature.APPROVE: "Sign",
    }
)
_WRITE: Mapping[Act, Callable[..., restrictions.Done]] = MappingProxyType(
    {
        RestrictionAction.IMPOSE: restrictions.impose,
        RestrictionAction.EXTEND: restrictions.extend,
        RestrictionAction.VARY: restrictions.vary,
        RestrictionAction.LIFT: restrictions.lift,
        RestrictionAction.CONFIRM: restrictions.confirm,
        Signature.APPROVE: restrictions.approve,
        Signature.REFUSE: restrictions.refuse,
    }
)
_FOUND = (("c", Finding.CONFIRMED), ("i", Finding.INCOMPLETE), ("f", Finding.FALSE))
_SHOWN = 3


class RestrictionForm(DecisionForm):
    """The form of one act about the restrictions of some accounts.

    Args:
        session: The run.
        act: What is done; to approve stands for signing, where one chooses.
        account_ids: On which accounts.
        ids: Which restriction of each is meant, where that is known.
    """

    labels: ClassVar[Mapping[str, str]] = LABELS

    def __init__(
        self, session: Session, act: Act, account_ids: Sequence[str], ids: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.act = act
        self._ids = ids
        self._policy = session.opened[0].policies.restrictions
        super().__init__(session, f"restriction {act}", account_ids)

    @property
    def heading(self) -> str:
        """Return what is done."""
        return _HEADINGS[self.act]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that are asked for, in order."""
        return _FIELDS[self.act]

    @property
    def first(self) -> str:
        """Return the field that gets the keys."""
        return "choice" if "choice" in self.fields and not self.values["choice"] else super().first

    def to_choose(self) -> Iterator[Choice]:
        """Go through reasons, kinds, proofs, or the two ways to sign."""
        if self.act is RestrictionAction.IMPOSE:
            for key, code in zip(KEYS, self._reasons(), strict=False):
                ground = self._policy.reason(code)
                assert ground is not None
                yield key, code, f"{ground.label} ({self._policy.kind(ground.kind).label.lower()})"
        elif self.act is RestrictionAction.VARY:
            for key, kind in zip(KEYS, self._policy.kinds, strict=False):
                yield key, kind.id, kind.label
        elif self.act is RestrictionAction.CONFIRM:
            yield from ((proof[0], proof.value, proof.capitalize()) for proof in (Proof.IDENTITY, Proof.DOCUMENTS))
            yield "n", Proof.INCOME.value, Proof.INCOME.capitalize()
        elif self.act is Signature.APPROVE:
            yield "a", Signature.APPROVE.value, "Approve: it takes effect"
            yield "r", Signature.REFUSE.value, "Refuse, with a reason in the note"

    def _reasons(self) -> list[str]:
        """Return the codes of reasons: what the signals of the account suggest first."""
        every = [ground.code for ground in self._policy.reasons]
        row = self.session.opened[1].find(self.account_ids[0]) if len(self.account_ids) == 1 else None
        suggested = [ground.code for ground in self._policy.suggested((row or {}).get("signals") or ())]
        return list(dict.fromkeys([*suggested, *every]))

    # --- readings ----------------------------------------------------------------------------------------------------------

    @property
    def code(self) -> Act:
        """Return what is recorded."""
        return Signature(self.choice() or Signature.APPROVE) if self.act is Signature.APPROVE else self.act

    def kind(self) -> RestrictionKind | None:
        """Return the kind that is wanted; None where the usual one of the reason is."""
        if self.act is RestrictionAction.VARY:
            chosen = self.choice()
            return RestrictionKind(chosen) if chosen else None
        typed = self.values.get("kind", "").strip()
        kinds = [kind.id for kind in self._policy.kinds]
        return RestrictionKind(kinds[int(typed) - 1]) if typed in {str(n + 1) for n in range(len(kinds))} else None

    def read_kind(self, typed: str) -> tuple[str, str]:
        """Return the kind in words, or the numbers to choose from."""
        kind = self.kind()
        if kind is not None:
            return f"= {self._policy.kind(kind).label}", ""
        ground = self._policy.reason(self.choice()) if not typed else None
        usual = f"empty: {self._policy.kind(ground.kind).label.lower()}" if ground else "a number from above"
        return usual, "warning" if typed else "muted"

    def read_choice(self, typed: str) -> tuple[str, str]:
        """Return what was chosen; of a reason its code, the whole stands above."""
        if self.act is RestrictionAction.IMPOSE and self.choice():
            return f"= {self.choice()}", ""
        return super().read_choice(typed)

    def head(self, width: int, most: int) -> list[Line]:
        """Return the choices; where a kind may be named too, the kinds below them."""
        told = self.beside(width, most - 1)
        if "kind" in self.fields:
            named = ((f" {number} ", f"{kind.label.lower()} ") for number, kind in enumerate(self._policy.kinds, 1))
            told.append(line(("Kind", "muted"), *(part for key, label in named for part in ((key, "accent"), label))))
        return told

    def limit(self, account_id: str) -> Decimal | None:
        """Return the limit as read in the currency of an account."""
        row = self.session.opened[1].find(account_id)
        typed = self.values.get("limit", "").strip()
        return read_amount(typed, {}, decimals(row["currency"])) if typed and row else None

    def read_limit(self, typed: str) -> tuple[str, str]:
        """Return the limit in words."""
        row = self.session.opened[1].find(self.account_ids[0])
        limit = self.limit(self.account_ids[0])
        if limit is not None and row is not None:
            digits = self.session.voice.digits(row["currency"])
            return f"= {money(limit, digits)}, now {money(row['credit_limit'], digits)}", ""
        return ("not understood", "warning") if typed else ("only for a limit cut", "muted")

    def ghost_until(self) -> str:
        """Return what an empty day means."""
        return "empty: by policy; " if self.act is RestrictionAction.IMPOSE else ""

    def found(self) -> Finding:
        """Return what came of looking at a proof; without a letter it is confirmed."""
        typed = self.values.get("found", "").strip().lower()
        return next((each for key, each in _FOUND if typed == key), Finding.CONFIRMED)

    def read_found(self, typed: str) -> tuple[str, str]:
        """Return what came of looking."""
        known = {key for key, _ in _FOUND}
        words = "c confirmed, i incomplete, f false"
        if typed.lower() in known:
            return f"= {self.found()}", ""
        return (words, "warning") if typed else (f"empty: confirmed; {words}", "muted")

    # --- the whole ---------------------------------------------------------------------------------------------------------

    def asked(self) -> list[restrictions.Asked]:
        """Return what is wanted, account by account."""
        chosen = self.choice()
        proof = Proof(chosen) if self.act is RestrictionAction.CONFIRM and chosen else None
        return [
            restrictions.Asked(
                account_id,
                self.reason(),
                kind=self.kind(),
                reason=chosen if self.act is RestrictionAction.IMPOSE else "",
                limit=self.limit(account_id),
                review_on=self.until(),
                proof=proof,
                found=self.found(),
                restriction=self._ids.get(account_id, ""),
            )
            for account_id in self.account_ids
        ]

    def problem(self) -> str:
        """Return what keeps the form from being saved; empty if nothing does."""
        if wrong := self.wrong_date():
            return wrong
        if "choice" in self.fields and not self.choice():
            return "Choose one of the above."
        if (typed := self.values.get("limit", "").strip()) and self.limit(self.account_ids[0]) is None:
            return f"The limit is not understood: {clean(typed, limit=40)}"
        if (typed := self.values.get("kind", "").strip()) and self.kind() is None:
            return f"The kind is a number from 1 to {len(self._policy.kinds)}, not {clean(typed, limit=20)}."
        return ""

    def effect(self) -> list[Line]:
        """Return where each account would stand, and which would refuse."""
        problem = self.problem()
        if problem:
            return [line((problem, "warning" if self.typed else "muted"))]
        desk, moment, _ = self.session.opened
        made, refused = foretold.of_restriction(desk, moment, self.code, self.asked(), by=self.session.by)
        return [*self._effect(made), *([line((self.refusing(refused_by(refused)), "warning"))] if refused else [])]

    def _effect(self, made: Sequence[Foretold]) -> Iterator[Line]:
        """Return where the first accounts would stand."""
        words = self.session.restrictions()
        for each in made[:_SHOWN]:
            name = f"{self.name(each.event.account_id)}: " if len(self.account_ids) > 1 else ""
            yield line(("Effect   ", "muted"), f"{name}{words.stands(each.event, each.restriction, each.review_on)}")
        if len(made) > _SHOWN:
            yield line((f"         and {len(made) - _SHOWN} more", "muted"))

    def save(self) -> restrictions.Done:
        """Record it."""
        desk, moment, _ = self.session.opened
        return _WRITE[self.code](desk, moment, self.asked(), by=self.session.by)


def told(session: Session, done: restrictions.Done) -> str:
    """Return what an act about one account did."""
    words: RestrictionWords = session.restrictions()
    event = done.events[0]
    now = done.standing.get(event.event_id)
    back = "".join(f" {words.rebreach(each)}" for each in done.back)
    return f"{words.stands(event, now, None)}{back}"
