"""deskcollect doctor: what is wrong with this machine, this terminal or this desk, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.cli import output, place
from deskcollect.cli.options import DeskOption, JsonOption
from deskcollect.cli.table import Column, table
from deskcollect.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.cli.finding import Finding
    from deskcollect.present.lines import Line

_ROLES = {"ok": "success", "warn": "warning", "fail": "error"}


def doctor(desk: DeskOption = None, json: JsonOption = False) -> int:
    """Say where everything is and whether it works. Exits with 1 if something does not."""
    from deskcollect.cli import desk_health, machine

    folder = place.found(desk)
    found = [*machine.findings(), *desk_health.findings(folder)]
    if json:
        output.objects({"check": f.check, "state": f.state, "found": f.found, "remedy": f.remedy} for f in found)
    else:
        output.lines(_report(found))
    return ExitCode.DATA if any(finding.state == "fail" for finding in found) else ExitCode.OK


def _report(found: Sequence[Finding]) -> Iterator[Line | str]:
    """Return one line a finding, its remedy below it, and a verdict."""
    rows = [((f.state, _ROLES[f.state]), f.check, f.found) for f in found]
    head, *body = table([Column("State"), Column("What"), Column("Found")], rows)
    yield head
    for line, finding in zip(body, found, strict=True):
        yield line
        if finding.remedy:
            yield f"       {finding.remedy}"
    wrong = sum(finding.state == "fail" for finding in found)
    look = sum(finding.state == "warn" for finding in found)
    yield ""
    yield f"{wrong} wrong, {look} worth a look, {len(found) - wrong - look} well."
