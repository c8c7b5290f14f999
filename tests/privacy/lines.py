"""Every command of the program, one line that works and one that fails, for the desk of marked data.

`{desk}` is the desk, `{book}` a book of it, `{next}` the same as that of a later day, `{became}` what came of its
accounts, `{out}` a folder for files that are asked for, in which some stand already, `{id}` the id of the newest record of a
person.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from deskcollect.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CASH, LARGE, FIRST, LATE = "TW-000190", "TW-000127", "TW-000402", "TW-000041"


@dataclass(frozen=True)
class Try:
    """How one command is tried. `codes` are the exit codes of the line that works, `exports` the files it is to write."""

    works: str
    fails: str
    before: tuple[str, ...] = ()
    codes: tuple[int, ...] = (0,)
    exports: tuple[str, ...] = ()


_RESTRICT = f"restrictions impose {CASH} --reason cash3 --desk {{desk}}"
_LIFT = f"restrictions lift {CASH} --by mei --note mkqnote901 --desk {{desk}}"
_FEE = f"incentives propose {FIRST} --measure fee-waived --note mkqnote902 --desk {{desk}}"
_LATE = f"incentives propose {LATE} --measure late-fee --desk {{desk}}"
_RECORD = f"record {CASH} NA --note mkqnote900 --by ana --desk {{desk}}"

TRIES: dict[str, Try] = {
    "demo": Try("demo", "demo --dir {out}/in-the-way.txt"),
    "init": Try(
        "init {out}/new --book {book} --as-of 2026-09-30 --by ana --currency TWD",
        "init {out}/new --book {broken}",
        exports=("new",),
    ),
    "check": Try("check {broken} --rejects {out}/rejects.csv --as-of 2026-09-30", "check {out}/none.csv", codes=(1,)),
    "import": Try("import {book} --as-of 2026-10-01 --desk {desk}", "import {broken} --as-of 2026-10-02 --desk {desk}"),
    "score": Try("score {book} -o {out}/scores.csv --desk {desk}", "score {broken}", exports=("scores.csv",)),
    "worklist": Try(
        "worklist -o {out}/list.csv --desk {desk}",
        "worklist --find Mkqname183 --lens wrong --desk {desk}",
        exports=("list.csv",),
    ),
    "show": Try(f"show {CASH} --desk {{desk}}", "show mkqname183 --desk {desk}"),
    "record": Try(_RECORD, f"record {CASH} PTP --note mkqnote903 --contact-point +4488877000183 --desk {{desk}}"),
    "undo": Try("undo {id} --reason mkqnote904 --desk {desk}", "undo nonsense --reason x --desk {desk}", (_RECORD,)),
    "alerts list": Try("alerts list --desk {desk}", "alerts list --queue Mkqname183 --desk {desk}"),
    "alerts show": Try(f"alerts show {CASH} --desk {{desk}}", "alerts show mkqname183 --desk {desk}"),
    "alerts ack": Try(f"alerts ack {CASH} --desk {{desk}}", "alerts ack mkqname183 --desk {desk}"),
    "alerts assign": Try(
        f"alerts assign {CASH} --to ben --desk {{desk}}", "alerts assign mkqname183 --to ben --desk {desk}"
    ),
    "alerts snooze": Try(
        f"alerts snooze {CASH} --until 2026-10-03 --reason waits --desk {{desk}}",
        f"alerts snooze {CASH} --until 2020-10-03 --reason waits --desk {{desk}}",
    ),
    "alerts escalate": Try(
        f"alerts escalate {CASH} --reason large --desk {{desk}}", "alerts escalate mkqname1 --reason x --desk {desk}"
    ),
    "alerts close": Try(
        f"alerts close {CASH} --as useful --reason told --by mei --desk {{desk}}",
        f"alerts close {CASH} --as wrong --reason told --desk {{desk}}",
    ),
    "alerts suppress": Try(
        f"alerts suppress {CASH} --rule cash-advances --until 2026-10-20 --reason known --desk {{desk}}",
        f"alerts suppress {CASH} --rule Mkqname183 --until 2026-10-20 --reason known --desk {{desk}}",
    ),
    "alerts suppressed": Try("alerts suppressed --desk {desk}", "alerts suppressed --desk {out}"),
    "alerts evaluate": Try("alerts evaluate --desk {desk}", "alerts evaluate {broken} --desk {desk}", codes=(0, 1)),
    "restrictions list": Try("restrictions list --desk {desk}", "restrictions list --desk {out}", (_RESTRICT,)),
    "restrictions review": Try(
        f"restrictions review {CASH} --desk {{desk}}", "restrictions review mkqname183 --desk {desk}", (_RESTRICT,)
    ),
    "restrictions show": Try(
        f"restrictions show {CASH} --desk {{desk}}", "restrictions show mkqname183 --desk {desk}", (_RESTRICT,)
    ),
    "restrictions impose": Try(
        f"restrictions impose {CASH} --reason cash3 --note mkqnote905 --desk {{desk}}",
        f"restrictions impose {CASH} --reason mkqname183 --desk {{desk}}",
    ),
    "restrictions extend": Try(
        f"restrictions extend {CASH} --until +180 --note mkqnote906 --desk {{desk}}",
        f"restrictions extend {CASH} --until -90 --note mkqnote906 --desk {{desk}}",
        (_RESTRICT,),
    ),
    "restrictions vary": Try(
        f"restrictions vary {CASH} --kind watch --note mkqnote907 --by mei --desk {{desk}}",
        f"restrictions vary {CASH} --kind mkqname1 --note mkqnote907 --desk {{desk}}",
        (_RESTRICT,),
    ),
    "restrictions lift": Try(_LIFT, "restrictions lift mkqname183 --note mkqnote908 --desk {desk}", (_RESTRICT,)),
    "restrictions approve": Try(
        f"restrictions approve {CASH} --by jo --desk {{desk}}",
        f"restrictions approve {CASH} --by mei --desk {{desk}}",
        (_RESTRICT, _LIFT),
    ),
    "restrictions refuse": Try(
        f"restrictions refuse {CASH} --by jo --note mkqnote909 --desk {{desk}}",
        f"restrictions refuse {CASH} --by mei --note mkqnote909 --desk {{desk}}",
        (_RESTRICT, _LIFT),
    ),
    "restrictions confirm": Try(
        f"restrictions confirm {CASH} documents --note mkqnote910 --desk {{desk}}",
        f"restrictions confirm {CASH} mkqname183 --desk {{desk}}",
        (_RESTRICT,),
    ),
    "restrictions what-if": Try(
        f"restrictions what-if {CASH} --paid full --desk {{desk}}",
        f"restrictions what-if {CASH} --paid mkqname1 --desk {{desk}}",
        (_RESTRICT,),
    ),
    "restrictions order": Try(
        "restrictions order -o {out}/order.csv --by mei --desk {desk}",
        "restrictions order -o {out}/none/order.csv --by mei --desk {desk}",
        (_RESTRICT,),
    ),
    "incentives list": Try("incentives list --desk {desk}", "incentives list --measure mkqname183 --desk {desk}"),
    "incentives show": Try(f"incentives show {FIRST} --desk {{desk}}", "incentives show mkqname183 --desk {desk}"),
    "incentives propose": Try(_FEE, f"incentives propose {FIRST} --measure mkqname183 --desk {{desk}}"),
    "incentives notify": Try(
        f"incentives notify {LATE} --channel email --note mkqnote911 --desk {{desk}}",
        f"incentives notify {FIRST} --channel email --desk {{desk}}",
        (_LATE, f"incentives approve {LATE} --by mei --desk {{desk}}"),
    ),
    "incentives approve": Try(
        f"incentives approve {FIRST} --by jo --note mkqnote912 --desk {{desk}}",
        f"incentives approve {LATE} --by jo --note mkqnote912 --desk {{desk}}",
        (_FEE,),
    ),
    "incentives refuse": Try(
        f"incentives refuse {FIRST} --by jo --note mkqnote913 --desk {{desk}}",
        f"incentives refuse {LATE} --by jo --note mkqnote913 --desk {{desk}}",
        (_FEE,),
    ),
    "incentives withdraw": Try(
        f"incentives withdraw {FIRST} --note mkqnote914 --desk {{desk}}",
        f"incentives withdraw {LATE} --note mkqnote914 --desk {{desk}}",
        (_FEE,),
    ),
    "incentives done": Try(
        f"incentives done {FIRST} --note mkqnote915 --desk {{desk}}",
        f"incentives done {LATE} --desk {{desk}}",
        (_FEE, f"incentives approve {FIRST} --by jo --desk {{desk}}"),
    ),
    "incentives order": Try(
        "incentives order -o {out}/order.csv --by mei --desk {desk}",
        "incentives order -o {out}/none/order.csv --by mei --desk {desk}",
        (
            _FEE,
            f"incentives approve {FIRST} --by jo --desk {{desk}}",
            f"incentives done {FIRST} --desk {{desk}}",
        ),
    ),
    "train": Try(
        "train {book} --outcomes {became} -o {out}/ours.json",
        "train {book} --outcomes {book}/accounts.csv -o {out}/ours.json",
        codes=(0, 1, 2),
    ),
    "model show": Try(f"model show --account {CASH} --desk {{desk}}", "model show mkqname183 --desk {desk}"),
    "model promote": Try("model promote --yes --desk {desk}", "model promote --desk {out}", codes=(0, 1, 2)),
    "model rollback": Try("model rollback --yes --desk {desk}", "model rollback --desk {out}", codes=(0, 1, 2)),
    "model recalibrate": Try(
        "model recalibrate --yes --desk {desk}", "model recalibrate --desk {out}", codes=(0, 1, 2)
    ),
    "model export": Try("model export -o {out}/card.sql --desk {desk}", "model export mkqname183 --desk {desk}"),
    "model import": Try(
        "model import {out}/points.csv -o {out}/own.json",
        "model import {book}/accounts.csv -o {out}/own.json",
        ("model export -o {out}/points.csv",),
        codes=(0, 1),
    ),
    "evaluate": Try(
        "evaluate {book} --outcomes {became} -o {out}/page.html --desk {desk}",
        "evaluate {book} --outcomes {book}/accounts.csv --desk {desk}",
        codes=(0, 1),
    ),
    "drift": Try("drift --desk {desk}", "drift {broken} --desk {desk}"),
    "policy check": Try("policy check --desk {desk}", "policy check {book}/accounts.csv"),
    "policy explain": Try("policy explain phone --desk {desk}", "policy explain mkqname183 --desk {desk}"),
    "policy simulate": Try(
        "policy simulate {out}/rules --desk {desk}",
        "policy simulate {book}/accounts.csv --desk {desk}",
        ("policy init {out}/rules",),
    ),
    "policy init": Try("policy init {out}/rules", "policy init {out}/in-the-way.txt"),
    "ledger verify": Try("ledger verify --desk {desk}", "ledger verify --head mkqname183 --desk {desk}"),
    "ledger head": Try("ledger head --desk {desk}", "ledger head --desk {out}"),
    "ledger erase": Try(
        "ledger erase C-00183 --reason asked --yes --by mei --desk {desk}",
        "ledger erase mkqname183 --desk {desk}",
        (_RECORD,),
    ),
    "ledger hold": Try(
        "ledger hold C-00183 --reason mkqnote916 --desk {desk}", "ledger hold C-00183 --by mei --desk {desk}"
    ),
    "ledger release-hold": Try(
        "ledger release-hold C-00183 --reason mkqnote917 --desk {desk}",
        "ledger release-hold mkqname183 --reason mkqnote917 --desk {desk}",
        ("ledger hold C-00183 --reason mkqnote916 --desk {desk}",),
    ),
    "ledger holds": Try(
        "ledger holds --desk {desk}", "ledger holds --desk {out}", ("ledger hold C-00183 --reason x --desk {desk}",)
    ),
    "ledger retain": Try(
        "ledger retain --years 1 --yes --by mei --desk {desk}",
        "ledger retain --years mkqname183 --desk {desk}",
        (_RECORD,),
    ),
    "ledger seal": Try("ledger seal --desk {desk}", "ledger seal --desk {out}"),
    "ledger passphrase": Try(
        "ledger passphrase --desk {desk}", "ledger passphrase --desk {out}", ("ledger seal --desk {desk}",)
    ),
    "ledger take": Try(
        "ledger take {out}/unrecorded.json --desk {desk}",
        "ledger take {out}/broken.csv --desk {desk}",
    ),
    "ledger export": Try("ledger export {out}/all.json --desk {desk}", "ledger export {out}/all.csv --desk {desk}"),
    "ledger merge": Try(
        "ledger merge {out}/here.ledger --by mei --desk {desk}",
        "ledger merge {book}/accounts.csv --by mei --desk {desk}",
        (_RECORD, "ledger export {out}/here.ledger --desk {desk}"),
        exports=("here.ledger",),
    ),
    "ledger adopt": Try("ledger adopt --by mei --desk {desk}", "ledger adopt --after 999999 --by mei --desk {desk}"),
    "ledger server": Try("ledger server", "ledger server --check --address postgresql://x@localhost:1/none"),
    "ledger sync": Try("ledger sync --desk {desk}", "ledger sync --desk {out}", codes=(2,)),
    "ledger repair": Try("ledger repair --yes --by mei --desk {desk}", "ledger repair --desk {out}", codes=(0, 2)),
    "ledger backup": Try(
        "ledger backup {out}/b.tar --desk {desk}",
        "ledger backup {out}/none/b.tar --desk {desk}",
        (_RECORD,),
        exports=("b.tar",),
    ),
    "ledger restore": Try(
        "ledger restore {out}/b.tar --yes --by mei --desk {desk}",
        "ledger restore {book}/accounts.csv --yes --by mei --desk {desk}",
        ("ledger backup {out}/b.tar --desk {desk}", _RECORD),
        exports=("b.tar",),
    ),
    "claim": Try(f"claim {CASH} --by ana --desk {{desk}}", "claim mkqname183 --by ana --desk {desk}"),
    "release": Try(
        f"release {CASH} --by ana --desk {{desk}}",
        "release mkqname183 --by ana --desk {desk}",
        (f"claim {CASH} --by ana --desk {{desk}}",),
    ),
    "doctor": Try("doctor --desk {desk}", "doctor --desk {out}", codes=(0, 1)),
    "help": Try("help ledger", "help mkqname183"),
}


def every_command() -> Iterator[str]:
    """Return the commands as the program has them, those of a group with both words."""
    group = typer.main.get_command(app)
    context = typer.Context(group)
    for name in group.list_commands(context):  # type: ignore[attr-defined]  # the program itself is a group
        command = group.get_command(context, name)  # type: ignore[attr-defined]  # the program itself is a group
        inner = getattr(command, "commands", None)
        yield from (f"{name} {verb}" for verb in inner) if inner else (name,)


def words(command: str, places: Mapping[str, object]) -> list[str]:
    """Return the words of a line with its places filled in."""
    return [word.format(**places) for word in shlex.split(command)]
