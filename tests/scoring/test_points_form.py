"""The file of a lender's card, in CSV and in JSON: read alike, or refused with the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deskcollect.errors import BadCard
from deskcollect.scoring import points_card
from deskcollect.scoring.card import dump
from tests.scoring.builders import small_card
from tests.scoring.points import HEADER, ROWS, SCALE, Form, refused

NAMES = ("characteristic", "segment", "from", "to", "missing", "points", "count", "bad")


def as_json(**more: Any) -> dict[str, Any]:
    """Return the form of the tests as JSON: what is a number is one, what is empty is not there or null."""
    settings: dict[str, Any] = {name: value if name == "higher_is" else float(value) for name, value in SCALE.items()}
    rows = []
    for row in ROWS:
        cells = dict(zip(NAMES, row.split(","), strict=True))
        told: dict[str, Any] = {name: float(cells[name]) for name in ("from", "to", "points") if cells[name]}
        rows.append(
            {"characteristic": cells["characteristic"], "segment": None, "missing": cells["missing"] == "yes"} | told
        )
    return settings | {"rows": rows} | more


def written(folder: Path, content: str | bytes, name: str = "ours.json") -> Path:
    """Write a file."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize("indent", [None, 1])
def test_json_and_csv_say_the_same(tmp_path: Path, indent: int | None) -> None:
    file = written(tmp_path, json.dumps(as_json(), indent=indent))
    assert points_card.read(file, "ours") == Form().read(tmp_path)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_of_any_spreadsheet_is_read(tmp_path: Path, separator: str, end: str) -> None:
    text = "\n\n" + Form().text.replace("500", '"500"').replace("use_now,,,,yes", "\nuse_now,,,,YES")
    text = text.replace("characteristic", " Characteristic ").replace(",", separator).replace("\n", end)
    file = written(tmp_path, b"\xef\xbb\xbf" + text.encode(), "ours.CSV")
    assert points_card.read(file, "ours") == Form().read(tmp_path)


def test_begin_and_end_may_be_called_as_an_export_calls_them(tmp_path: Path) -> None:
    header = "characteristic,segment,start,end,missing,points,count,bad"
    assert Form(header=header).read(tmp_path) == Form().read(tmp_path)
    rows = [{"start": row.pop("from"), **row} if "from" in row else row for row in as_json()["rows"]]
    assert points_card.read(written(tmp_path, json.dumps(as_json(rows=rows))), "ours") == Form().read(tmp_path)


def test_columns_that_say_nothing_may_be_left_out(tmp_path: Path) -> None:
    text = "\n".join(",".join((cells := line.split(","))[:1] + cells[2:6]) for line in Form().text.splitlines())
    assert points_card.read(written(tmp_path, text, "ours.csv"), "ours") == Form().read(tmp_path)


def test_short_and_long_lines_are_read_where_nothing_is_lost(tmp_path: Path) -> None:
    text = Form().text.replace("late_months,,0.5,2.5,,5,,", "late_months,,0.5,2.5,,5").replace("600,,", "600,,,,,")
    assert points_card.read(written(tmp_path, text, "ours.csv"), "ours") == Form().read(tmp_path)


@pytest.mark.parametrize("suffix", [".csv", ".json"])
@pytest.mark.parametrize("content", ["", " \n\t\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str, suffix: str) -> None:
    with pytest.raises(BadCard, match="is empty"):
        points_card.read(written(tmp_path, content, f"ours{suffix}"), "ours")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"characteristic,from\n\xe9", "ours.csv line 2 is not UTF-8."),
        (b"\xff\xfea\0", "ours.csv line 1 is not UTF-8."),
        (HEADER.encode() + b'\n"use_now,1\n2\n', "ours.csv line 2: a quotation mark is not closed"),
        (HEADER.encode() + b'\n\n"a"b,1\n', "ours.csv line 3: a quotation mark is not closed, or stands within"),
        (b"x" * 5_000_001, "ours.csv is larger than 5 MB"),
    ],
)
def test_a_csv_that_cannot_be_read_at_all_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(BadCard) as caught:
        points_card.read(written(tmp_path, content, "ours.csv"), "ours")
    assert message in caught.value.message
    assert caught.value.remedy


def test_a_header_alone_is_no_card(tmp_path: Path) -> None:
    found = refused(written(tmp_path, f"{HEADER},,,\n,,\n \n", "ours.csv"))
    assert found[0].message == "There are no points in it."


def test_a_file_without_a_column_is_refused(tmp_path: Path) -> None:
    found = refused(written(tmp_path, ",,,\n;;\n", "ours.csv"))
    assert "The column “characteristic” is missing." in [issue.message for issue in found]
    assert {issue.code for issue in found} == {"points_form"}
    assert not any("is not said" in issue.message for issue in found)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "ours.json line 1 is not JSON of the form: it does not begin with {."),
        ('{"pdo": 20', "ours.json line 1 is not JSON of the form: a value is followed by neither comma nor }."),
        ('{\n"pdo": 20\n} {', "ours.json line 3 is not JSON of the form: something follows the end."),
        ('{\n"pdo" 20}', "line 2 is not JSON of the form: a name has no value."),
        ("{[1]: 2}", "ours.json line 1 is not JSON of the form: a name is no text."),
        ('{"a": }', "ours.json is not JSON: it breaks the rules of JSON in line 1, sign 7."),
        ('{"rows": [\n{"to": 1}\n{"to": 2}]}', "line 3 is not JSON of the form: a row is followed by neither"),
        ('{"rows": [{"to": 1, "to": 2}]}', "“to” stands twice in one object"),
        ('{"rows": [' + "[" * 100_000, "it is nested too deeply"),
        ('{"rows": [\n{"to": 0.3,\n "points" 12}]}', "is not JSON: it breaks the rules of JSON in line 3, sign 11."),
    ],
)
def test_json_that_cannot_be_read_at_all_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(BadCard) as caught:
        points_card.read(written(tmp_path, content), "ours")
    assert message in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": 7}, "“rows” is no list."),
        ({"rows": {"use_now": 1}}, "“rows” is no list."),
        ({"rows": []}, "It holds settings and no characteristic."),
        ({"rows": ["use_now"]}, "A row is no object."),
        ({"rows": [{"characteristic": "use_now", "point": 1}]}, "“point” is no part of a row."),
        ({"rows": [{"characteristic": "use_now", "points": [1]}]}, "points is no single value."),
        ({"rows": [{"characteristic": "use_now", "points": {"a": 1}}]}, "points is no single value."),
        ({"rows": [{"characteristic": "use_now", "points": True}]}, "points is “yes”, which is no number."),
        ({"rows": [{"from": 1, "start": 2, "characteristic": "use_now"}]}, "twice where it begins or ends"),
        ({"base_odd": 3}, "“base_odd” is no setting."),
        ({"use_now": 3}, "“use_now” is no setting."),
        ({"pdo": [20]}, "pdo is no single value."),
        ({"pdo": float("nan")}, "pdo is “NaN”, which is no finite number."),
        ({"pdo": None}, "pdo is empty."),
        ({"higher_is": None}, "higher_is says “”."),
        ({"target": "\ud800"}, "target cannot be shown."),
    ],
)
def test_json_with_other_parts_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    found = refused(written(tmp_path, json.dumps(as_json(**change), indent=1)))
    assert any(message in issue.message for issue in found), [issue.message for issue in found]


def test_json_findings_have_their_line(tmp_path: Path) -> None:
    rows = as_json()["rows"]
    rows[1]["from"] = 0.75
    text = "{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in as_json().items() if k != "rows") + ',\n"rows": [\n'
    text += ",\n\n".join(json.dumps(row) for row in rows) + "\n]}\n"
    [issue] = refused(written(tmp_path, text))
    assert (issue.place.line, issue.message) == (10, "“late_months” has no points from 0.5 to 0.75.")


def test_a_setting_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = json.dumps(as_json(), indent=1).replace('"pdo": 20.0,', '"pdo": 20.0,\n"pdo": 40.0,')
    [issue] = refused(written(tmp_path, text))
    assert (issue.place.line, issue.message) == (5, "“pdo” is there twice.")


def test_a_card_of_this_program_needs_no_import(tmp_path: Path) -> None:
    with pytest.raises(BadCard, match="is a card of deskcollect already") as caught:
        points_card.read(written(tmp_path, dump(small_card())), "ours")
    assert "model show ours.json" in caught.value.remedy


@pytest.mark.parametrize("name", ["ours.xlsx", "ours", "ours.txt"])
def test_a_file_of_another_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadCard, match="has no format that can be read") as caught:
        points_card.read(written(tmp_path, "x", name), "ours")
    assert caught.value.remedy == "Known are .csv and .json."


def test_a_folder_or_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").mkdir()
    with pytest.raises(BadCard, match="is a folder"):
        points_card.read(tmp_path / "ours.csv", "ours")
    with pytest.raises(BadCard, match="cannot be read: No such file"):
        points_card.read(tmp_path / "none.csv", "ours")


def test_a_cell_of_several_lines_does_not_move_what_follows(tmp_path: Path) -> None:
    rows = ('"use_now\n\n",,,0.3,,10,,', "use_now,,0.4,,,-5,,", "use_now,,,,yes,0,,")
    [issue] = Form(rows=rows).refused(tmp_path)
    assert (issue.place.line, issue.message) == (10, "“use_now” has no points from 0.3 to 0.4.")


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_table_that_is_no_card_is_not_searched_for_meaning(tmp_path: Path, suffix: str) -> None:
    rows = [{"characteristic": "use_nov", "points": 1}] * 60_000
    text = HEADER + "\nuse_nov,,,,,1,," * 60_000 if suffix == ".csv" else json.dumps({"rows": rows})
    with pytest.raises(BadCard, match="more than 10,000 rows"):
        points_card.read(written(tmp_path, text, f"ours{suffix}"), "ours")


def test_a_long_cell_is_named_in_short(tmp_path: Path) -> None:
    [issue] = Form(scale=SCALE | {"higher_is": "x" * 5_000}).refused(tmp_path)
    assert len(issue.message) < 100
