"""The lender's own columns on a card: which a training may use, who lets a protected one through, which a desk keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect import own, protected
from deskcollect.errors import BadUse
from deskcollect.near import did_you_mean
from deskcollect.scoring.card_check import unshowable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deskcollect.scoring.card import Card


@dataclass(frozen=True, slots=True)
class Own:
    """Headers of own columns that a card may use; and which protected ones are let through, why and by whom."""

    headers: Sequence[str] = ()
    allow: Sequence[str] = ()
    because: str = ""
    by: str = ""

    def allows(self, header: str, found: str) -> bool:
        """Say whether a protected attribute is let through, by the name of its column or by its own."""
        names = {own.name(word) for word in self.allow}
        return own.name(header) in names or own.name(found) in names

    def require(self, headers: Sequence[str]) -> None:
        """Refuse headers that a card cannot have: protected ones above all.

        Errors: BadUse.
        """
        barred = protected.refused(headers)
        for header, found in barred.items():
            if not self.allows(header, found):
                raise BadUse(
                    f"--with {header}: {header} {protected.reason(header, found)} unless you allow it.",
                    f"Leave it out. Where the law lets you use it:  --allow {header} --because TEXT  is kept on the card.",
                )
        for header in headers:
            if not own.name(header) or unshowable(header):
                raise BadUse(f"--with {header!a} is no header that a card can show.", "Rename the column.")

    def records(self, headers: Sequence[str]) -> tuple[Mapping[str, str], ...]:
        """Return what a card tells of the protected attributes among headers that were let through."""
        return tuple(
            {"column": header, "attribute": found, "because": self.because, "by": self.by}
            for header, found in protected.refused(headers).items()
        )


def asked(headers: Sequence[str], allow: Sequence[str], because: str, by: str) -> Own:
    """Return what a person asks for.

    Errors: BadUse for a protected attribute that is not let through, one let through without need or without a reason,
    too many columns, and words that no card can show.
    """
    found = Own(headers, allow, because.strip(), by)
    if len(headers) > own.MOST:
        raise BadUse(f"--with names {len(headers)} columns; a card has up to {own.MOST}.", "Name fewer.")
    found.require(headers)
    barred = protected.refused(headers)
    for word in allow:
        if not any(Own(allow=[word]).allows(header, attribute) for header, attribute in barred.items()):
            raise BadUse(
                f"--allow {word} lets nothing through: no column of --with is that protected attribute.",
                did_you_mean(word, (*barred, *barred.values()), quoted=False) or "Leave it out.",
            )
    if allow and not found.because:
        raise BadUse("--allow needs a reason, which is kept on the card.", "Say it with  --because TEXT")
    if found.because and not allow:
        raise BadUse("--because says why a protected attribute is let through, and none is.", "Name it with  --allow")
    for option, text in (("--because", found.because), ("--by", by)):
        if unshowable(text):
            raise BadUse(f"{option} cannot be shown on a card.", "Write one line of up to 200 letters.")
    return found


def names(headers: Sequence[str]) -> dict[str, str]:
    """Return headers by the names of their columns."""
    return own.by_name(headers)


def standing_for(headers: Sequence[str]) -> Iterator[str]:
    """Say of each header that is no protected attribute what it stands for all the same."""
    for header in headers:
        if not protected.attribute(header) and (found := protected.proxy(header)):
            yield f"{header} stands for {found}; it is used because you name it."


def kept_by_desk(listed: Sequence[str], headers: Sequence[str]) -> dict[str, str]:
    """Return the headers that a desk keeps under the names of some others.

    Errors: BadUse for one that it does not keep.
    """
    kept = own.by_name(listed)
    for header in headers:
        if own.name(header) not in kept:
            message = f"This desk does not keep the column “{header}” of its books."
            raise BadUse(message, did_you_mean(header, listed) or _keep(listed, [header]))
    return {own.name(header): kept[own.name(header)] for header in headers}


def not_kept(listed: Sequence[str], card: Card) -> list[str]:
    """Return the headers of the columns that a card asks for and a desk does not keep."""
    kept = own.by_name(listed)
    return [header for name, header in card.own.items() if name not in kept]


def require_kept(listed: Sequence[str], card: Card) -> None:
    """Refuse a card that asks for columns which a desk does not keep.

    Errors: BadUse.
    """
    if lacking := not_kept(listed, card):
        named = " and ".join(f"“{header}”" for header in lacking)
        which = "column" if len(lacking) == 1 else "columns"
        message = f"The card {card.stamp} asks for the {which} {named}, which this desk does not keep."
        raise BadUse(message, _keep(listed, lacking))


def _keep(listed: Sequence[str], headers: Sequence[str]) -> str:
    """Say how a desk comes to keep columns."""
    every = ", ".join('"' + header.replace("\\", "\\\\").replace('"', '\\"') + '"' for header in (*listed, *headers))
    line = f"own_columns = [{every}]"
    return f"Write  {line}  under [book] in desk.toml, and import its books again with  --replace"
