"""One account in words: the panels that the desk's account view and `show` have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from deskcollect.present import chart
from deskcollect.present import score as points
from deskcollect.present.clean import clean
from deskcollect.present.dates import MONTHS, clock_time, day, short_date
from deskcollect.present.lines import Line, line, rule
from deskcollect.present.numbers import balance, count, money, percent, several
from deskcollect.present.shapes import TIER_WORDS
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from deskcollect.desk.account import Account, WhatIf
    from deskcollect.present.shapes import Glyphs
    from deskcollect.present.voice import Voice
    from deskcollect.records import Event

REASONS_SHOWN = 5
_BAR = 6
_LABEL = 15


@dataclass(frozen=True, slots=True)
class AccountWords:
    """What an account needs to be put into words."""

    voice: Voice
    glyphs: Glyphs
    zone: ZoneInfo

    def amount(self, account: Account, value: Decimal | None) -> str:
        """Return an exact amount of the account's currency."""
        return money(value, self.voice.digits(account.row["currency"]))

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
        score = (
            f"  {row['score']}{moved}" if narrow else f"   score {row['score']}{moved + ' in 7 days' if moved else ''}"
        )
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
        return line(" No hold", (f" · {tries}", ""))

    def next(self, account: Account) -> Line:
        """Return the next step as a sentence, and the rule that says so."""
        row = account.row
        named = row["hold_rule"] or row["treatment"]
        return line((" NEXT  ", "bold"), self.voice.ask(row), (f"   rule {named}", "muted"))

    def why_line(self, account: Account) -> Line:
        """Return the score and what cost most, in one line."""
        row = account.row
        moved = "".join(f", {clean(part.name)} {points.points(part.points)}" for part in account.recorded.parts)
        worst = [r for r in sorted(account.reasons, key=lambda reason: reason.points) if r.points < 0][:3]
        lost = "".join(f"   {points.points(r.points)} {clean(r.text)}" for r in worst)
        chance = percent(row["prob_default"])
        return line(f" {row['score']} = card {row['card_score']}{moved} · {chance} chance of default next month {lost}")

    # --- panels --------------------------------------------------------------------------------------------------------

    def figures(self, account: Account) -> tuple[Line, ...]:
        """Return the panel of money."""
        row = account.row
        due = "" if row["due_date"] is None else f"oldest due {short_date(row['due_date'], self.voice.today)}"
        digits = self.voice.digits(row["currency"])
        used = (
            ""
            if row["utilisation_now"] is None
            else f"of limit {self.amount(account, row['credit_limit'])} ({percent(row['utilisation_now'])} used)"
        )
        assumed = "assumed: the book gives no past due" if row["past_due_assumed"] else due
        paid = "none in the book"
        if row["last_paid_on"] is not None:
            paid = (
                f"{short_date(row['last_paid_on'], self.voice.today)}, {clean(row['last_paid_method'] or 'no method')}"
            )
        return (
            _fact("Past due", money(row["past_due"], digits, assumed=bool(row["past_due_assumed"])), assumed),
            _fact(
                "Minimum due", self.amount(account, row["minimum_due"]) if row["minimum_due"] is not None else "–", ""
            ),
            _fact("Balance", balance(row["balance"], digits), used),
            _fact("Days past due", count(row["dpd"]), f"bucket {row['bucket']}"),
            _fact("Last payment", self.amount(account, row["last_paid_amount"]) if row["last_paid_on"] else "–", paid),
            self._promise(account),
        )

    def _promise(self, account: Account) -> Line:
        """Return the promise that stands, and the record of those before."""
        row = account.row
        past = f"{row['promise_kept_count']} kept, {row['promise_broken_count']} broken in 6 months"
        if row["promise_status"] in {"open", "due"}:
            return _fact(
                "Promise",
                self.amount(account, row["promise_amount"]),
                f"due {day(row['promise_due'], self.voice.today)}, {past}",
            )
        return _fact("Promise", "none open", past)

    def score(self, account: Account, width: int) -> tuple[Line, ...]:
        """Return the score in points: the average account, the largest reasons, the rest, what was recorded."""
        row = account.row
        shown = sorted(account.reasons, key=lambda reason: reason.points)
        worst = [r for r in shown if r.points < 0][: REASONS_SHOWN - 1]
        best = [r for r in reversed(shown) if r.points > 0][: REASONS_SHOWN - len(worst)]
        chosen = [*worst, *best]
        rest = [r for r in account.reasons if r not in chosen]
        largest = max((abs(r.points) for r in chosen), default=1) or 1
        lines = [self._points("Average account of this kind", f"{account.average}", 0, largest, width)]
        lines += [self._points(r.text, points.points(r.points), r.points, largest, width) for r in chosen]
        others = sum(r.points for r in rest)
        lines.append(
            self._points(several(len(rest), "other fact", "other facts"), points.points(others), others, largest, width)
        )
        known = sum(r.known for r in account.reasons)
        lines.append(
            self._points(
                f"Card · {known} of {len(account.reasons)} facts known", f"{row['card_score']}", 0, largest, width
            )
        )
        lines += [
            self._points(f"Recorded: {part.name}", points.points(part.points), part.points, largest, width)
            for part in account.recorded.parts
        ]
        chance = f"Score now · {percent(row['prob_default'])} chance of default next month"
        lines.append(self._points(chance, f"{row['score']}", 0, largest, width))
        return tuple(lines)

    def _points(self, text: str, number: str, size: int, largest: int, width: int) -> Line:
        """Return one line of the score: text, points, bar."""
        bar = chart.bar(abs(size) / largest, _BAR, glyphs=self.glyphs) if size else " " * _BAR
        role = "" if size == 0 else "warning" if size < 0 else "success"
        label = width - 1 - 6 - 2 - _BAR
        return line(" ", fit(clean(text), label), (f"{number:>6}", "bold" if size == 0 else ""), "  ", (bar, role))

    def what_if(self, answers: tuple[WhatIf, ...], account: Account) -> tuple[Line, ...]:
        """Return what would change the score."""
        if not answers:
            return (
                line(
                    " Nothing is past due: no payment changes the score today",
                ),
            )
        made = []
        for answer in answers:
            label = (
                f"{answer.label} {self.amount(account, answer.amount)}" if answer.amount is not None else answer.label
            )
            way = f"{answer.step.before} → {answer.step.after}"
            made.append(
                line(
                    " ",
                    fit(label, 28),
                    f"{way:<12}",
                    ("tier ", "muted"),
                    (self.glyphs.tier(answer.tier), f"tier{answer.tier}"),
                )
            )
        return tuple(made)

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
        for name, values in rows.items():
            spark = chart.spark([None if v is None else max(float(v), 0.0) for v in values], glyphs=self.glyphs)
            made.append(line(" ", (fit(name, 9), "muted"), (_cells(list(spark), size), "accent")))
        return tuple(made)

    def contact(self, account: Account) -> tuple[Line, ...]:
        """Return numbers and addresses. No verdict is given: that belongs to the contact rules."""
        row = account.row
        held = "no contact: " + self.voice.hold(row).lower() if row["hold_rule"] else ""
        made = []
        for name, field in (
            ("phone", "phone"),
            ("second phone", "phone_2"),
            ("e-mail", "email"),
            ("address", "address"),
        ):
            value = row[field]
            if value:
                made.append(
                    line(" ", (fit(name, 13), "muted"), fit(clean(value).replace("\n", " "), 40), (held, "warning"))
                )
        if row["bad_number_count"]:
            made.append(line((f" {row['bad_number_count']} numbers were found bad", "warning")))
        zone = clean(row["timezone"] or "")
        made.append(line(" ", (fit("time zone", 13), "muted"), zone or "not known"))
        return tuple(made)

    def others(self, account: Account) -> tuple[Line, ...]:
        """Return the customer's other accounts; the customer is called once for all of them."""
        made = []
        for other in account.others:
            due = money(other["past_due"], self.voice.digits(other["currency"]))
            text = f" {clean(other['account_id'])}  {due} {other['currency'] or ''} past due, {other['dpd']} days  "
            made.append(line(text, (self.glyphs.tier(other["tier"]), f"tier{other['tier']}")))
        return tuple(made)

    # --- what was said and done ------------------------------------------------------------------------------------------

    def timeline(self, account: Account) -> tuple[Line, ...]:
        """Return records, payments and statements, newest first."""
        told = sorted(
            [*self._events(account), *self._book(account), *self._judged(account)],
            key=lambda item: item[0],
            reverse=True,
        )
        return tuple(text for _, text in told)

    def _events(self, account: Account) -> Iterator[tuple[datetime, Line]]:
        """Return the records of people."""
        for event in account.events:
            at = event.occurred_at.astimezone(self.zone)
            taken_back = event.event_id in account.withdrawn
            what = (
                f"Withdrew a record{': ' + clean(event.note) if event.note else ''}"
                if event.corrects
                else self.said(account, event)
            )
            score = f"score {event.decided.score}" if event.decided.score is not None and not event.corrects else ""
            mark = ("  withdrawn", "warning") if taken_back else ("", "")
            yield (
                at,
                line(
                    " ",
                    (f"{self._when(at)} {fit(clean(event.by), 5)} ", "muted"),
                    what,
                    mark,
                    (f"  {score}" if score else "", "muted"),
                ),
            )

    def said(self, account: Account, event: Event) -> str:
        """Return what one record says, in words."""
        parts = [self.voice.outcome(event.code)]
        if event.amount is not None:
            parts.append(self.amount(account, event.amount))
        if event.due_date is not None:
            parts.append(f"by {day(event.due_date, self.voice.today)}")
        if event.contact_point:
            parts.append(f"({clean(event.contact_point).replace('_', ' ')})")
        said = " ".join(parts)
        if event.direction == "inbound":
            said = f"Customer called: {said}"
        return f"{said} · {clean(event.note)}" if event.note else said

    def _book(self, account: Account) -> Iterator[tuple[datetime, Line]]:
        """Return what the book tells: payments and the newest statement."""
        for payment in account.payments:
            at = payment["paid_at"].replace(tzinfo=self.zone)
            what = "Payment returned" if payment["status"] == "returned" else "Paid"
            how = f", {clean(payment['method']).replace('_', ' ')}" if payment["method"] else ""
            role = "warning" if payment["status"] == "returned" else ""
            text = f"{what} {self.amount(account, payment['amount'])}{how}"
            yield at, line(" ", (f"{self._when(at)} book  ", "muted"), (text, role))
        last = account.cycles["statement_date_0"]
        if last is not None:
            wide = account.cycles
            late = f", {wide['cycles_0']} cycles late" if wide["cycles_0"] else ""
            text = f"Statement: {self.amount(account, wide['balance_0'])} billed, {self.amount(account, wide['paid_0'])} paid{late}"
            yield (
                _midnight(last, self.zone),
                line(" ", (f"{self._when(_midnight(last, self.zone))} book  ", "muted"), text),
            )

    def _judged(self, account: Account) -> Iterator[tuple[datetime, Line]]:
        """Return what became of promises."""
        for promise in account.promises:
            if promise["resolved_on"] is None or promise["status"] == "replaced":
                continue
            at = _midnight(promise["resolved_on"], self.zone)
            words = {"kept": "Promise kept", "partial": "Promise partly kept", "broken": "Promise broken"}[
                promise["status"]
            ]
            paid = f"{self.amount(account, promise['paid'])} of {self.amount(account, promise['amount'])} paid by {short_date(promise['due_date'], self.voice.today)}"
            role = {"kept": "success", "partial": "", "broken": "warning"}[promise["status"]]
            yield at, line(" ", (f"{self._when(at)} desk  ", "muted"), (words, role), f": {paid}")

    def _when(self, at: datetime) -> str:
        """Return day and time; midnight is no time of anything."""
        stamp = short_date(at.date(), self.voice.today)
        clock = "     " if at.time() == time(0) else clock_time(at)
        return f"{stamp:>6} {clock}"


def _fact(label: str, value: str, rest: str) -> Line:
    """Return label, figure and remark in fixed places."""
    return line(" ", fit(label, _LABEL), (f"{value:>12}", "money"), (f"  {rest}" if rest else "", "muted"))


def _cells(values: list[str], size: int) -> str:
    """Return values right aligned in equal cells."""
    return "".join(fit(value, size, "right") for value in values)


def _midnight(value: date, zone: ZoneInfo) -> datetime:
    """Return the beginning of a local day."""
    return datetime.combine(value, time(0), tzinfo=zone)


def as_text(words: AccountWords, account: Account, answers: tuple[WhatIf, ...], width: int) -> tuple[Line, ...]:
    """Return the whole account as lines, one panel under another."""
    dash = words.glyphs.rule
    panels: list[tuple[str, tuple[Line, ...]]] = [
        ("Money", words.figures(account)),
        ("Score, in points", words.score(account, min(width, 72))),
        ("What would change it", words.what_if(answers, account)),
        ("Six months", words.months(account)),
        (f"Said and done · {len(account.events)} records", words.timeline(account)),
        ("Contact", words.contact(account)),
    ]
    if account.others:
        panels.insert(1, ("Other accounts of this customer", words.others(account)))
    head = (words.name(account), line(" ", *words.standing(account)), words.permission(account), words.next(account))
    body = [entry for title, lines in panels for entry in (rule(title, width, dash), *lines)]
    return (*head, *body)
