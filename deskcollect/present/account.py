"""One account in words: head, figures, six months, contact. The desk's account view and `show` have them in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.present import chart, points, recovery
from deskcollect.present.clean import clean, name_of
from deskcollect.present.dates import MONTHS, day, short_date
from deskcollect.present.lines import Line, Part, clip, length, line, rule
from deskcollect.present.numbers import balance, count, fit_number, money, percent, several, short_money, whole_money
from deskcollect.present.shapes import TIER_WORDS
from deskcollect.present.timeline import timeline
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from deskcollect.desk.account import Account, WhatIf
    from deskcollect.present.shapes import Glyphs
    from deskcollect.present.voice import Voice

_LABEL, _FIGURE = 15, 12
_MONTH, _CELL = 9, 8
_POINTS = (("phone", "phone"), ("second phone", "phone_2"), ("e-mail", "email"), ("address", "address"))


@dataclass(frozen=True, slots=True)
class AccountWords:
    """What an account needs to be put into words."""

    voice: Voice
    glyphs: Glyphs
    zone: ZoneInfo

    def money(self, value: Decimal | None, currency: str | None) -> str:
        """Return an exact amount with the decimals of its currency."""
        return money(value, self.voice.digits(currency))

    def amount(self, account: Account, value: Decimal | None) -> str:
        """Return an exact amount of the account's currency."""
        return self.money(value, account.row["currency"])

    # --- the head ------------------------------------------------------------------------------------------------------

    def name(self, account: Account) -> Line:
        """Return who this is: name, account, product, currency."""
        row = account.row
        name = name_of(row, unknown="no name in the book")
        rest = [clean(row["account_id"]), clean(row["product"] or "").replace("_", " "), row["currency"] or ""]
        return line(" ", (name, "bold"), f"   {' · '.join(part for part in rest if part)}")

    def standing(self, account: Account, *, narrow: bool = False) -> Line:
        """Return tier, score and alert level, for the right edge of the first line."""
        row = account.row
        before = row["score_week_ago"]
        moved = "" if before in {None, row["score"]} else f" {self.glyphs.change(row['score'] - before)}"
        word = TIER_WORDS[row["tier"]]
        tier = f"{self.glyphs.tier(row['tier'])} {word.removesuffix(' risk') if narrow else word}"
        score = f"  {row['score']}{moved}" if narrow else f"   score {row['score']}{moved and moved + ' in 7 days'}"
        level = self.glyphs.level(row["alert_level"], word=True)
        return line((tier, f"tier{row['tier']}"), score, (f"  {level}" if level else "", row["alert_level"] or ""), " ")

    def permission(self, account: Account) -> Line:
        """Return whether anything holds the account, and what was done in the last seven days."""
        row = account.row
        tries = several(row["attempt_count"], "try", "tries") + " in 7 days"
        if row["hold_rule"]:
            return line((" NO CONTACT  ", "warning"), self.voice.held(row))
        if row["state"] == "verify":
            return line((" VERIFY  ", "warning"), f"{clean(row['verify'])}: no contact before the figures agree")
        if row["state"] == "wait" and row["due_on"]:
            return line(" WAITS  ", f"until {day(row['due_on'], self.voice.today)} · {self.voice.why(row)} · {tries}")
        return line(" No hold", f" · {tries}")

    def next(self, account: Account) -> Line:
        """Return the next step as a sentence."""
        return line((" NEXT  ", "bold"), self.voice.ask(account.row))

    def rule_name(self, account: Account) -> Line:
        """Return which rule said so."""
        return line((f"   rule {account.row['hold_rule'] or account.row['treatment']}", "muted"))

    # --- panels --------------------------------------------------------------------------------------------------------

    def figures(self, account: Account, width: int) -> tuple[Line, ...]:
        """Return the panel of money, no line of it wider than the panel."""
        row, today = account.row, self.voice.today
        digits = self.voice.digits(row["currency"])
        due: tuple[str, ...] = ("" if row["due_date"] is None else f"oldest due {short_date(row['due_date'], today)}",)
        used: tuple[str, ...] = ()
        if row["utilisation_now"] is not None:
            share = f"{percent(row['utilisation_now'])} used"
            limit = self.amount(account, row["credit_limit"])
            used = (f"of limit {limit} ({share})", f"of {limit} ({share})", share)
        if row["past_due_assumed"]:
            due = ("assumed: the book gives no past due", "assumed: not in the book", "assumed")
        paid, how = "–", ("none in the book",)
        if row["last_paid_on"] is not None:
            paid = self.amount(account, row["last_paid_amount"])
            method = clean(row["last_paid_method"] or "no method").replace("_", " ")
            how = (f"{short_date(row['last_paid_on'], today)}, {method}",)
        label, promised, past = self._promise(account)
        facts: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            ("Past due", money(row["past_due"], digits, assumed=bool(row["past_due_assumed"])), due),
            ("Minimum due", *self._minimum(account)),
            ("Balance", balance(row["balance"], digits), used),
            ("Days past due", count(row["dpd"]), (f"bucket {row['bucket']}",)),
            ("Last payment", paid, how),
            (label, promised, past),
        )
        if row["restriction"] is not None:
            kind, why = self.voice.restriction(row["restriction"]), clean(row["restriction_reason"])
            facts = (*facts, ("Restricted", short_date(row["restricted_on"], today), (f"{kind}, {why}", kind)))
        counted = recovery.worked_out(self.voice, row)
        if counted is not None:
            facts = (*facts, ("Recovery", counted.total, recovery.factors(counted)))
        size = max(_FIGURE, *(cells(value) for _, value, _ in facts))
        return tuple(_fact(label, value, rest, size, width) for label, value, rest in facts)

    def _minimum(self, account: Account) -> tuple[str, tuple[str, ...]]:
        """Return the least that is to be paid now, and of which statement it is where the account itself says nothing."""
        found = account.minimum
        if found.amount is None:
            return "–", ()
        if found.billed_on is None:
            return self.amount(account, found.amount), ()
        billed = short_date(found.billed_on, self.voice.today)
        return self.amount(account, found.amount), (f"as of the statement of {billed}", f"statement {billed}")

    def _promise(self, account: Account) -> tuple[str, str, tuple[str, ...]]:
        """Return the promise that stands, and what became of those before, the fullest wording first."""
        row = account.row
        past = f"{row['promise_kept_count']} kept, {row['promise_broken_count']} broken"
        if row["promise_status"] in {"open", "due"}:
            due = day(row["promise_due"], self.voice.today)
            told = (f"{due}, {past} in 6 months", f"{due}, {past}", due)
            return "Promise due", self.amount(account, row["promise_amount"]), told
        return "Promise", "none open", (f"{past} in 6 months", past)

    def months(self, account: Account, width: int) -> tuple[Line, ...]:
        """Return six cycles, each month in its column: numbers first, then balance and payments as bars.

        Where exact amounts are too wide they are rounded, and the head says so; every statement stands in full in
        what was said and done. The oldest months give way only where rounded ones are too wide as well.
        """
        wide = account.cycles
        last = wide["statement_date_0"]
        if last is None:
            return (line((" No statements in the book: the score knows less", "muted")),)
        shown = account.cycle_count
        values = {
            "Billed": [wide[f"balance_{k}"] for k in range(shown - 1, -1, -1)],
            "Paid": [wide[f"paid_{k}"] for k in range(shown - 1, -1, -1)],
        }
        note, size, rows = self._rows(account, values, width - _MONTH - 1)
        shown = min(shown, max(1, (width - _MONTH - 1) // size))
        known = range(shown - 1, -1, -1)
        heads = [MONTHS[(last.month - 1 - k) % 12][:3] for k in known]
        late = [count(wide[f"cycles_{k}"]) for k in known]
        made = [line(" ", (fit(note, _MONTH), "muted"), (_cells(heads, size), "muted"))]
        made += [line(" ", fit(name, _MONTH), (_cells(texts[-shown:], size), "money")) for name, texts in rows.items()]
        made.append(line(" ", fit("Late", _MONTH), _cells(late, size)))
        # One scale for both, so that the gap between what was billed and what was paid can be seen.
        drawn = {
            name: [None if v is None else max(float(v), 0.0) for v in kept[-shown:]] for name, kept in values.items()
        }
        top = max((height for heights in drawn.values() for height in heights if height is not None), default=0.0)
        for name, heights in drawn.items():
            spark = chart.spark(heights, top=top, glyphs=self.glyphs)
            made.append(line(" ", (fit(name, _MONTH), "muted"), (_cells(list(spark), size), "accent")))
        return tuple(made)

    def _rows(
        self, account: Account, values: Mapping[str, list[Decimal | None]], room: int
    ) -> tuple[str, int, dict[str, list[str]]]:
        """Return whether amounts had to be rounded, the cells of a month, and the most exact amounts that fit."""
        wordings: tuple[tuple[str, Callable[[Decimal | None], str]], ...] = (
            ("", lambda value: self.amount(account, value)),
            ("rounded", whole_money),
            ("rounded", short_money),
        )
        for note, words in wordings:
            rows = {name: [words(value) for value in row] for name, row in values.items()}
            size = 1 + max(cells(text) for texts in rows.values() for text in texts)
            number = len(values["Billed"])
            if size * number <= room:
                return note, max(size, min(_CELL, room // number)), rows
        return note, size, rows

    def contact(self, account: Account) -> tuple[Line, ...]:
        """Return numbers and addresses. No verdict is given: that belongs to the contact rules."""
        row = account.row
        held = f"  no contact: {self.voice.hold(row).lower()}" if row["hold_rule"] else ""
        made = [
            line(" ", (fit(name, 13), "muted"), clean(row[field]), (held, "warning"))
            for name, field in _POINTS
            if row[field]
        ]
        if row["number_count"] == 0:
            made.insert(0, line(" ", (fit("phone", 13), "muted"), ("none in the book", "warning")))
        if row["bad_number_count"]:
            bad = several(row["bad_number_count"], "number was", "numbers were")
            made.append(line((f" {bad} found bad", "warning")))
        zone = clean(row["timezone"] or "not known")
        return (*made, line(" ", (fit("time zone", 13), "muted"), zone))

    def others(self, account: Account) -> tuple[Line, ...]:
        """Return the customer's other accounts; the customer is called once for all of them. A click opens one."""
        made = []
        for number, other in enumerate(account.others):
            due = f"{self.money(other['past_due'], other['currency'])} {other['currency'] or ''}".strip()
            days = several(other["dpd"], "day", "days")
            text = f" {fit(clean(other['account_id']), 14)} {due:>14} past due, {days}  "
            tier = Part(self.glyphs.tier(other["tier"]), f"tier{other['tier']}")
            made.append(line(Part(text, "", f"screen.other({number})"), tier))
        return tuple(made)


def _fact(label: str, value: str, rest: tuple[str, ...], size: int, width: int) -> Line:
    """Return label, figure and remark in fixed places; of the wordings of a remark the first that fits is taken."""
    made = line(" ", fit(label, _LABEL), (fit_number(value, size), "money"))
    room = width - length(made) - 2
    text = next((text for text in rest if cells(text) <= room), rest[-1] if rest else "")
    return clip(line(*made, (f"  {text}" if text else "", "muted")), width)


def _cells(values: list[str], size: int) -> str:
    """Return values right aligned in equal cells."""
    return "".join(fit(value, size, "right") for value in values)


def as_text(words: AccountWords, account: Account, answers: tuple[WhatIf, ...], width: int) -> tuple[Line, ...]:
    """Return the whole account as lines, one panel under another."""
    dash = words.glyphs.rule
    panels: list[tuple[str, tuple[Line, ...]]] = [
        ("Money", words.figures(account, width)),
        ("Score, in points", (*points.table(words, account, min(width, 72)), *points.readings(account, width))),
        ("What would change it", points.what_if(words, answers, account)),
        ("Six months", words.months(account, width)),
        (f"Said and done · {several(len(account.events), 'record', 'records')}", timeline(words, account)),
        ("Contact", (*words.contact(account), *recovery.contact_lines(words.voice, account, width))),
        ("What a contact may bring", tuple(recovery.table(words.voice, account, width))),
    ]
    if account.others:
        panels.insert(1, ("Other accounts of this customer", words.others(account)))
    step = (*words.next(account), *words.rule_name(account))
    head = (words.name(account), line(" ", *words.standing(account)), words.permission(account), step)
    body = [entry for title, lines in panels for entry in (rule(title, width, dash), *lines)]
    return (*head, *body)
