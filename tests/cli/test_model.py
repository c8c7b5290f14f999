"""The cards on the command line."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot

from deskcollect import resources
from deskcollect.desk.desk import open_desk
from deskcollect.scoring.card import load, sealed
from deskcollect.scoring.recalibrate import Shift, recalibrated
from tests.cli.line import Run

CARD = resources.models() / "default.json"


def test_a_card_is_shown_without_any_desk(line: Run) -> None:
    done = line("model", "show")
    assert done.code == 0
    assert done.out.startswith("default-1.0+")
    assert "not past due" in done.out
    assert "unpaid_months  months with nothing paid" in done.out


@pytest.fixture
def promoted(own_demo: Path) -> tuple[Path, str]:
    """Return a desk at which another card scores, and its stamp."""
    card = replace(recalibrated(load(), Shift(0.5, 1.0, 400), version="1.1"), id="own")
    desk = open_desk(own_demo)
    desk.shelf.promote(sealed(card), by="lea", now=desk.clock.now(), gated={})
    stamp = desk.card.stamp
    desk.close()
    return own_demo, stamp


def test_the_card_that_scores_at_the_desk_is_shown_and_who_let_it(
    line: Run, promoted: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, stamp = promoted
    done = line("model", "show", "--desk", folder)
    assert done.out.startswith(stamp)
    assert "It scores at demo: lea promoted it on 20" in done.out
    told = line("model", "show", "--desk", folder, "--json").json["scores_at"]
    assert (told["desk"], told["card"], told["by"]) == ("demo", stamp, "lea")
    monkeypatch.chdir(folder)
    assert line("model", "show").out == done.out, "also where the desk is found"
    marked = line("model", "show", "--account", "TW-000026").out
    assert marked.startswith(stamp)
    assert "This account is past due" in marked


def test_a_card_that_does_not_score_at_the_desk_says_which_does(line: Run, promoted: tuple[Path, str]) -> None:
    folder, stamp = promoted
    done = line("model", "show", "default", "--desk", folder)
    assert done.out.startswith("default-1.0+")
    assert f"It does not score at demo: {stamp} does." in " ".join(done.out.split())
    (folder / "models" / f"{stamp}.json").unlink()
    assert line("model", "show", "default", "--desk", folder).code == 0, "whatever became of the other"
    assert line("model", "show", "--desk", folder).code == 1


def test_a_desk_of_which_no_card_was_promoted_says_so(line: Run, demo: Path) -> None:
    out = line("model", "show", "--desk", demo).out
    assert "It scores at demo: it ships, and no other was promoted." in out
    assert line("model", "show", "--json").json["scores_at"] is None


def test_the_cards_that_a_desk_keeps_have_names(line: Run, promoted: tuple[Path, str]) -> None:
    folder, stamp = promoted
    line("model", "rollback", "--desk", folder, "--by", "lea", "--yes")
    assert line("model", "show", stamp, "--desk", folder).out.startswith(stamp)
    line("train", "--desk", folder)
    waiting = line("model", "show", "challenger", "--desk", folder).out
    assert waiting.startswith("own-")
    assert "It does not score at demo: default-1.0+" in waiting
    assert "Did you mean “challenger”?" in line("model", "show", "chalenger", "--desk", folder).err


def test_the_card_of_the_desk_is_handed_over_judged_and_watched(
    line: Run, promoted: tuple[Path, str], home: Path
) -> None:
    folder, stamp = promoted
    assert stamp in line("model", "export", "--desk", folder, "--format", "md").out
    assert line("drift", "--desk", folder).out.startswith(stamp)
    assert line("drift", "--desk", folder, "--card", "default").out.startswith("default-1.0+")
    book = max((resources.sample_data() / "demo" / "books").iterdir())
    (home / "became.csv").write_text("account_id,bad\nTW-000026,1\nTW-000009,0\nTW-000010,0\n", "utf-8")
    found = line("evaluate", book, "--outcomes", "became.csv", "--desk", folder, "--against", "default", "--json")
    assert [each["card"].partition("-")[0] for each in found.json["cards"]] == ["own", "default"]


def test_the_bins_of_an_account_add_up_to_its_card_score(line: Run, demo: Path) -> None:
    told = line("show", "TW-000026", "--desk", demo, "--json").json
    found = line("model", "show", "--account", "TW-000026", "--desk", demo, "--json").json
    assert found["score"] == told["card_score"]
    average = next(s["average_score"] for s in found["segments"] if s["name"] == "past due")
    points = sum(each["points"] for each in found["bins"] if each["marked"])
    assert average + points == pytest.approx(found["score"], abs=1.0)
    out = line("model", "show", "cure", "--account", "TW-000026", "--desk", demo).out
    assert "This account is past due for two months or more: average" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cuer"], "Did you mean “cure”?  Name the file of one, or take amounts, cure or default."),
        (["gone.json"], "There is no card “gone.json”."),
    ],
)
def test_a_card_that_is_not_there_is_named(line: Run, words: list[str], said: str) -> None:
    done = line("model", "show", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_card_of_one_s_own_is_judged_before_it_may_score(line: Run, demo: Path) -> None:
    done = line("train", "--desk", demo)
    assert done.code == 1
    for words in ("before", "log loss", "NOT MET  enough outcomes", "met      outcomes later than the training"):
        assert words in done.out
    assert "the present card goes on scoring" in done.err
    told = line("train", "--desk", demo, "--json").json
    assert (told["passes"], told["learnt_from"], told["judged_on"]) == (False, 398, 397)
    refused = line("model", "promote", "--desk", demo, "--by", "lea", "--yes")
    assert refused.code == 2
    assert "The gate refuses the card own-" in refused.err


def test_nobody_is_asked_about_a_card_that_the_gate_refuses(line: Run, own_demo: Path) -> None:
    trained = line("train", "--desk", own_demo)
    assert "The gate refuses it (enough outcomes" in trained.err
    assert "Train again when there are more outcomes." in trained.err
    done = line("model", "promote", "--desk", own_demo, "--by", "lea")
    assert done.code == 2
    assert "The gate refuses the card own-" in done.err
    assert "nobody is here to ask" not in done.err
    figures = [row.split()[0] for row in done.out.split("now\n")[1].split("\n\n")[0].splitlines()]
    assert figures == ["AUC", "KS", "Brier", "log"], "in the order in which train told them"
    told = line("model", "promote", "--desk", own_demo, "--by", "lea", "--json").json
    assert (told["passes"], told["learnt_from"], told["judged_on"]) == (False, 398, 397)


def test_where_nobody_is_there_to_ask_no_card_is_taken_back(line: Run, demo: Path) -> None:
    done = line("model", "rollback", "--desk", demo, "--by", "lea")
    assert (done.code, done.out) == (2, "")
    assert "A person decides which card scores" in done.err
    assert "The bundled card scores already" in line("model", "rollback", "--desk", demo, "--by", "lea", "--yes").err


def test_a_folder_is_no_card(line: Run, tmp_path: Path) -> None:
    done = line("model", "show", tmp_path)
    assert (done.code, done.out) == (1, "")
    assert "is no ordinary file" in done.err


# --- export ------------------------------------------------------------------------------------------------------------


def test_a_card_is_exported_as_the_file_it_is(line: Run, home: Path) -> None:
    done = line("model", "export")
    assert (done.code, done.err) == (0, "")
    assert done.out.encode() == CARD.read_bytes()
    done = line("model", "export", "-o", "card.json")
    assert (done.code, done.out) == (0, "")
    assert re.fullmatch(r"default-1\.0\+[0-9a-f]{8} written to card\.json\.\n", done.err)
    assert (home / "card.json").read_bytes() == CARD.read_bytes()
    assert line("model", "show", "card.json").out == line("model", "show").out


def test_json_on_a_stdout_that_is_not_utf8_is_still_json(
    line: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line("model", "export", "cure", "-o", "late.csv")
    text = (home / "late.csv").read_text("utf-8-sig").replace("newly past due", "新逾期\U0001f4c8")
    (home / "late.csv").write_text(text, "utf-8")
    assert line("model", "import", "late.csv", "-o", "late.json").code == 0
    assert "新逾期" in line("model", "export", "late.json").out
    monkeypatch.setattr(type(sys.stdout), "encoding", "cp1252")
    out = line("model", "export", "late.json").out
    assert out.isascii()
    (home / "again.json").write_text(out, "ascii")
    monkeypatch.undo()
    assert line("model", "show", home / "again.json").code == 0


@pytest.mark.parametrize("form", ["csv", "md", "sql"])
def test_a_file_holds_what_stdout_says(line: Run, home: Path, form: str) -> None:
    printed = line("model", "export", "--format", form)
    assert (printed.code, printed.err) == (0, "")
    assert line("model", "export", "-o", f"CARD.{form.upper()}").code == 0
    assert (home / f"CARD.{form.upper()}").read_text("utf-8-sig") == printed.out


def test_a_table_for_a_spreadsheet_says_its_encoding(line: Run, home: Path) -> None:
    line("model", "export", "-o", "card.csv")
    assert (home / "card.csv").read_bytes().startswith(b"\xef\xbb\xbfcharacteristic,segment,start,end,missing")


def test_the_query_names_the_table_and_speaks_the_dialect(line: Run) -> None:
    done = line("model", "export", "cure", "--format", "sql", "--dialect", "bigquery", "--table", "p.risk.features")
    assert "FROM `p`.`risk`.`features`" in done.out
    assert sqlglot.parse_one(done.out, dialect="bigquery").find(sqlglot.exp.Case)
    assert 'FROM "features"' in line("model", "export", "--format", "sql").out


def test_what_stands_there_is_replaced_whole_or_not_at_all(line: Run, home: Path) -> None:
    (home / "card.md").write_text("old", "utf-8")
    assert line("model", "export", "-o", "card.md").code == 0
    assert (home / "card.md").read_text("utf-8").startswith("# default-1.0+")
    (home / "taken.md").mkdir()
    done = line("model", "export", "-o", "taken.md")
    assert done.code == 2
    assert "taken.md was not written" in done.err
    assert sorted(path.name for path in home.iterdir()) == ["card.md", "taken.md"]


# --- import ------------------------------------------------------------------------------------------------------------


def test_a_card_that_was_exported_as_a_table_comes_back(line: Run) -> None:
    line("model", "export", "-o", "ours.csv")
    done = line("model", "import", "ours.csv", "-o", "card.json", "--name", "own")
    assert (done.code, done.out) == (0, "")
    assert re.fullmatch(r"own-1\.0\+[0-9a-f]{8}: 24 characteristics, 109 bins, written to card\.json\.\n", done.err)
    shown, original = (line("model", "show", *words).json for words in (["card.json", "--json"], ["--json"]))
    assert shown["bins"] == original["bins"]
    assert shown["segments"] == original["segments"]
    assert line("model", "export", "card.json", "--format", "csv").out == line("model", "export", "--format", "csv").out


def test_a_card_without_counts_says_so_wherever_it_is_shown(line: Run, home: Path) -> None:
    text = "characteristic,from,to,missing,points\nbase_score,,,,600\nbase_odds,,,,20\npdo,,,,20\nhigher_is,,,,safer\n"
    text += "base_points,,,,500\nuse_now,,0.3,,10\nuse_now,0.3,,,-4\nuse_now,,,yes,0\n"
    (home / "ours.csv").write_text(text, "utf-8")
    done = line("model", "import", "ours.csv", "-o", "ours.json")
    assert done.code == 0
    assert "Note: No accounts are counted in it" in done.err
    out = " ".join(line("model", "show", "ours.json").out.split())
    assert "Score of the middle of all bins (no accounts were counted): not past due 503, past due 503." in out
    assert "below 30.0 % +7.0 +7.0" in out
    assert "1 characteristic, 2 bins." in out


def test_nothing_is_written_of_a_card_that_is_refused(line: Run, home: Path) -> None:
    (home / "ours.csv").write_text("characteristic,from,to,missing,points\nuse_now,,,,5\n", "utf-8")
    (home / "card.json").write_text("old", "utf-8")
    done = line("model", "import", "ours.csv", "-o", "card.json")
    assert (done.code, done.out) == (1, "")
    assert "ours.csv, line 2: “use_now” has no row for unknown values." in done.err
    assert (home / "card.json").read_text("utf-8") == "old"


def test_the_output_of_an_import_is_asked_for(line: Run) -> None:
    done = line("model", "import", "ours.csv")
    assert done.code == 2
    assert "needs --output CARD" in done.err


# --- the page on cards -------------------------------------------------------------------------------------------------


def test_the_examples_of_the_manual_are_the_same_card(line: Run, home: Path) -> None:
    page = (resources.manual() / "cards.md").read_text("utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    for suffix, block in (("csv", blocks[2]), ("json", blocks[3])):
        (home / f"ours.{suffix}").write_text(block, "utf-8")
        done = line("model", "import", f"ours.{suffix}", "-o", f"card-{suffix}.json", "--name", "own")
        assert done.code == 0, done.err
    assert (home / "card-csv.json").read_bytes() == (home / "card-json.json").read_bytes()


def test_the_manual_lists_every_characteristic_column_and_setting() -> None:
    from deskcollect.scoring.features import BY_NAME
    from deskcollect.scoring.points_form import COLUMNS, SETTINGS

    page = (resources.manual() / "cards.md").read_text("utf-8")
    for feature in BY_NAME.values():
        assert f"| `{feature.name}` | {feature.formula} |" in page
    for name in (*COLUMNS, *SETTINGS):
        assert re.search(rf"^\| (`\w+`, )?`{name}`", page, re.MULTILINE), name
