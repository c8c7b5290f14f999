"""Fill the sentences of the policy files from one account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from deskcollect.policy.template import Form, Template
from deskcollect.present import dates, numbers
from deskcollect.present.clean import clean

UNKNOWN = "?"
_NUMBER = (int, float, Decimal)
# what a form can show; another type is shown as text, so that a slip in a policy never stops the desk
_SUITS: Mapping[Form, tuple[type, ...]] = MappingProxyType(
    {
        "text": (object,),
        "code": (str,),
        "money": _NUMBER,
        "percent": _NUMBER,
        "count": _NUMBER,
        "days": (int,),
        "date": (date,),
        "day": (date,),
        "time": (datetime,),
    }
)


def sentence(
    template: Template,
    row: Mapping[str, Any],
    *,
    today: date,
    zone: tzinfo,
    digits: int = 0,
    labels: Mapping[str, str] | None = None,
) -> str:
    """Return the sentence with every slot filled; what is not known reads `?`.

    Args:
        template: From a policy file.
        row: One account; columns the row lacks count as not known.
        today: Local date, so that a date of another year shows its year.
        zone: The desk's time zone, for instants.
        digits: Decimals of the row's currency.
        labels: Label by outcome code and by hold, for the form `code`.
    """
    known = labels or {}
    filled = (
        part if isinstance(part, str) else _slot(_local(row.get(part.column), zone), part.form, today, digits, known)
        for part in template.parts
    )
    return clean("".join(filled))


def _local(value: Any, zone: tzinfo) -> Any:
    """Return an instant in the desk's zone, anything else as it is."""
    return value.astimezone(zone) if isinstance(value, datetime) and value.tzinfo else value


def _slot(value: Any, form: Form, today: date, digits: int, labels: Mapping[str, str]) -> str:
    """Return one value in the form that the policy asks for."""
    if value is None:
        return UNKNOWN
    forms: dict[Form, Callable[[], str]] = {
        "text": lambda: _text(value, today, digits),
        "code": lambda: labels.get(value, value),
        "money": lambda: numbers.money(Decimal(value), digits),
        "percent": lambda: numbers.percent(float(value)),
        "count": lambda: numbers.count(value),
        "days": lambda: dates.days(value),
        "date": lambda: dates.short_date(value, today),
        "day": lambda: dates.day(value, today),
        "time": lambda: dates.moment(value, today),
    }
    return forms[form if isinstance(value, _SUITS[form]) else "text"]()


def _text(value: Any, today: date, digits: int) -> str:
    """Return a value for which the policy names no form in the form that its type suggests."""
    match value:
        case bool():
            words = "yes" if value else "no"
        case Decimal():
            words = numbers.money(value, digits)
        case int() | float():
            words = numbers.count(value)
        case datetime():
            words = f"{dates.short_date(value, today)} {dates.clock_time(value)}"
        case date():
            words = dates.short_date(value, today)
        case Sequence() if not isinstance(value, str):
            words = ", ".join(_text(item, today, digits) for item in value)
        case _:
            words = str(value)
    return words
