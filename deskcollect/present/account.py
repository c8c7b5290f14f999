"""One account in words: head, figures, six months, contact. The desk's account view and `show` have them in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskcollect.present import chart, points
from deskcollect.present.clean import clean
from deskcollect.present.dates import MONTHS, day, short_date
from deskcollect.present.lines import Line, Part, line, rule
from deskcollect.present.numbers import balance, count, money, percent, several
from deskcollect.present.shapes import TIER_WORDS
from deskcollect.present.timeline import timeline
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from deskcollect.desk.account import Account, WhatIf
    from deskcollect.present.shapes import Glyphs
    from deskcollect.present.voice import Voice

_LABEL = 15
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
        name = clean(row["customer_name"] or "no name in the book").replace("\n", " ")
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
            return line((" NO CONTACT  ", "warning"), f"{self.voice.hold(row)} · {self.voice.why(row)}")
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

    def figures(self, account: Account) -> tuple[Line, ...]:
        """Return the panel of money."""
        row, today = account.row, self.voice.today
        digits = self.voice.digits(row["currency"])
        due = "" if row["due_date"] is None else f"oldest due {short_date(row['due_date'], today)}"
        used = ""
        if row["utilisation_now"] is not None:
            used = f"of limit {self.amount(account, row['credit_limit'])} ({percent(row['utilisation_now'])} used)"
        if row["past_due_assumed"]:
            due = "assumed: the book gives no past due"
        paid, how = "–", "none in the book"
        if row["last_paid_on"] is not None:
            paid = self.amount(account, row["last_paid_amount"])
            method = clean(row["last_paid_method"] or "no method").replace("_", " ")
            how = f"{short_date(row['last_paid_on'], today)}, {method}"
        return (
            _fact("Past due", money(row["past_due"], digits, assumed=bool(row["past_due_assumed"])), due),
            _fact("Minimum due", "–" if row["minimum_due"] is None else self.amount(account, row["minimum_due"])),
            _fact("Balance", balance(row["balance"], digits), used),
            _fact("Days past due", count(row["dpd"]), f"bucket {row['bucket']}"),
            _fact("Last payment", paid, how),
            self._promise(account),
        )

    def _promise(self, account: Account) -> Line:
        """Return the promise that stands, and what became of those before."""
        row = account.row
        past = f"{row['promise_kept_count']} kept, {row['promise_broken_count']} broken in 6 months"
        if row["promise_status"] in {"open", "due"}:
            due = f"due {day(row['promise_due'], self.voice.today)}, {past}"
            return _fact("Promise", self.amount(account, row["promise_amount"]), due)
        return _fact("Promise", "none open", past)

    def months(self, account: Account) -> tuple[Line, ...]:
        """Return six cycles: numbers first, then balance and payments as bars."""
        wide = account.cycles
        last = wide["statement_date_0"]
        if last is None:
            return (line((" No statements in the book: the score knows less", "muted")),)
        known = range(min(wide["statements_count"], 6) - 1, -1, -1)
        heads = [MONTHS[(last.month - 1 - k) % 12][:3] for k in known]
        rows: dict[str, list[Any]] = {
            "Billed": [wide[f"balance_{k}"] for k in known],
            "Paid": [wide[f"paid_{k}"] for k in known],
        }
        late = [wide[f"cycles_{k}"] for k in known]
        texts = {name: [self.amount(account, value) for value in values] for name, values in rows.items()}
        size = max(8, *(cells(text) + 1 for values in texts.values() for text in values))
        made = [line(" ", fit("", 9), (_cells(heads, size), "muted"))]
        made += [line(" ", fit(name, 9), (_cells(values, size), "money")) for name, values in texts.items()]
        made.append(line(" ", fit("Late", 9), _cells([count(value) for value in late], size)))
        # One scale for both, so that the gap between what was billed and what was paid can be seen.
        top = max((float(value) for values in rows.values() for value in values if value is not None), default=0.0)
        for name, values in rows.items():
            sizes = [None if v is None else max(float(v), 0.0) for v in values]
            spark = chart.spark(sizes, top=max(top, 0.0), glyphs=self.glyphs)
            made.append(line(" ", (fit(name, 9), "muted"), (_cells(list(spark), size), "accent")))
        return tuple(made)

    def contact(self, account: Account) -> tuple[Line, ...]:
        """Return numbers and addresses. No verdict is given: that belongs to the contact rules."""
        row = account.row
        held = f"  no contact: {self.voice.hold(row).lower()}" if row["hold_rule"] else ""
        made = [
            line(" ", (fit(name, 13), "muted"), clean(row[field]).replace("\n", " "), (held, "warning"))
            for name, field in _POINTS
            if row[field]
        ]
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


def _fact(label: str, value: str, rest: str = "") -> Line:
    """Return label, figure and remark in fixed places."""
    return line(" ", fit(label, _LABEL), (f"{value:>12}", "money"), (f"  {rest}" if rest else "", "muted"))


def _cells(values: list[str], size: int) -> str:
    """Return values right aligned in equal cells."""
    return "".join(fit(value, size, "right") for value in values)


def as_text(words: AccountWords, account: Account, answers: tuple[WhatIf, ...], width: int) -> tuple[Line, ...]:
    """Return the whole account as lines, one panel under another."""
    dash = words.glyphs.rule
    panels: list[tuple[str, tuple[Line, ...]]] = [
        ("Money", words.figures(account)),
        ("Score, in points", points.table(words, account, min(width, 72))),
        ("What would change it", points.what_if(words, answers, account)),
        ("Six months", words.months(account)),
        (f"Said and done · {several(len(account.events), 'record', 'records')}", timeline(words, account)),
        ("Contact", words.contact(account)),
    ]
    if account.others:
        panels.insert(1, ("Other accounts of this customer", words.others(account)))
    step = (*words.next(account), *words.rule_name(account))
    head = (words.name(account), line(" ", *words.standing(account)), words.permission(account), step)
    body = [entry for title, lines in panels for entry in (rule(title, width, dash), *lines)]
    return (*head, *body)
