"""One act on some accounts as a command: what was written is told, what was refused is named with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import read_accounts
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from deskcollect.cli.opened import Opened
    from deskcollect.desk.decisions.release import Passed
    from deskcollect.desk.decisions.together import A, Done, S
    from deskcollect.present.lines import Line
    from deskcollect.records import Event


def act(
    accounts: Sequence[str],
    do: Callable[..., Done[S]],
    ask: Callable[[Opened, str], A],
    lines: Callable[[Opened, Done[S]], Iterable[Line | str]],
    objects: Callable[[Opened, Done[S]], Iterable[dict[str, Any]]],
    *,
    by: str,
    desk: Path | None,
    json: bool,
) -> int:
    """Do one thing for some accounts and tell it; where some are refused the others are written, and the exit code is 1.

    `ask` says what is wanted for one account, `lines` and `objects` tell what was written to people and to programs.

    Errors: BadUse where all are refused; LedgerError.
    """
    from deskcollect.cli.opened import opened
    from deskcollect.desk.upkeep.keys import not_kept

    named = read_accounts(accounts)
    with opened(desk) as seen:
        done = do(seen.desk, seen.day, [ask(seen, account) for account in named], by=place.who(seen.desk, by))
        if not done.events:
            first, others = done.refused[0], len(done.refused) - 1
            more = f" {others} more refused." if others else ""
            raise BadUse(f"{first.place.table}: {first.message}{more}", first.remedy)
        if json:
            output.objects(objects(seen, done))
        else:
            output.lines(lines(seen, done), seen.glyphs)
        unsaid = not_kept(seen.desk.settings, *(event.note for event in done.events))
        if unsaid:
            diagnostics.warn(unsaid)
        for issue in done.refused:
            diagnostics.warn(f"{issue.place.table} refused: {issue.message} {issue.remedy}")
    return ExitCode.DATA if done.refused else ExitCode.OK


def numbered(done: Done[S], said: Callable[[Event, S | None], str]) -> Iterator[str]:
    """Yield what was written: what it did, its number in the ledger, and who did it."""
    for event, receipt in zip(done.events, done.receipts, strict=True):
        what = said(event, done.standing.get(event.event_id))
        yield f"{event.account_id}: {what} Number {receipt.seq} by {event.by}."


def proofs(done: Done[S], more: Callable[[Event, S | None], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield what was written and what was refused, one object an account; `more` is what else is known of one."""
    for event, receipt in zip(done.events, done.receipts, strict=True):
        yield {
            "account_id": event.account_id,
            "written": True,
            "event_id": event.event_id,
            "code": event.code,
            "seq": receipt.seq,
            "hash": receipt.hash,
            **more(event, done.standing.get(event.event_id)),
        }
    for issue in done.refused:
        yield {"account_id": issue.place.table, "written": False, "message": issue.message, "remedy": issue.remedy}


def passed_lines(passed: Iterable[Passed]) -> Iterator[str]:
    """Yield the records that change nothing."""
    for each in passed:
        yield f"! Record {each.event_id} changes nothing: {each.why}"


def passed_objects(passed: Iterable[Passed]) -> list[dict[str, str]]:
    """Return the records that change nothing."""
    return [{"event_id": each.event_id, "why": each.why} for each in passed]
