"""The demo desk as it was before anybody decided about a case, a restriction or a measure."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from deskcollect import resources
from deskcollect.desk.make import make_demo


def make_undecided(home: Path) -> Path:
    """Make the desk in a folder: the demo's books, and of its ledger the calls, letters and promises."""
    shutil.copytree(resources.sample_data() / "demo", home / "demo")
    ledger = home / "demo" / "ledger.jsonl"
    told = ledger.read_text("utf-8").splitlines(keepends=True)
    ledger.write_text("".join(one for one in told if json.loads(one)["kind"] in {"outcome", "correction"}), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "sample_data", lambda: home)
        desk = make_demo(home / "desk")
    desk.load()
    desk.close()
    return home / "desk"
