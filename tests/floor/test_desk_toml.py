"""desk.toml changed in one place: a person added, the desk given another id."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import settings as checked

from deskcollect import settings
from deskcollect.desk_toml import add_person, rename_desk, set_notes, with_person
from deskcollect.errors import BadSettings
from deskcollect.settings import FILE, Settings, new_desk_id, read, write
from deskcollect.vocabulary import Role
from tests.floor.test_settings import ANY_SETTINGS, ANY_TEXT, told


def test_who_sits_down_is_added_as_a_collector() -> None:
    found = with_person(Settings(people={"mei": Role.LEAD}), "ana")
    assert found.people == {"mei": Role.LEAD, "ana": Role.COLLECTOR}
    assert found.me == "ana"


def test_who_is_known_keeps_the_role() -> None:
    found = with_person(Settings(people={"mei": Role.LEAD}), "mei")
    assert found.people == {"mei": Role.LEAD}
    assert found.me == "mei"


NOTED = """\
# the desk of the north
schema = 1
name = "north"   # as on the door
me = ""  # who sits here

# night shift too
[people]  # ask the head before adding one
"mei" = "lead"  # until May
ana = "collector"

# ours since 2024
[screen]
theme = "light"
"""


def test_a_new_person_changes_two_lines_and_no_other(tmp_path: Path) -> None:
    told_now = add_person(told(tmp_path, NOTED), "Zoë", Role.ANALYST)
    assert told_now == read(tmp_path)
    assert told_now.people["Zoë"] is Role.ANALYST
    wanted = NOTED.replace('me = ""', 'me = "Zoë"').replace('"collector"\n', '"collector"\n"Zoë" = "analyst"\n')
    assert (tmp_path / FILE).read_text("utf-8") == wanted


def test_who_is_known_changes_one_line(tmp_path: Path) -> None:
    assert add_person(told(tmp_path, NOTED), "mei").people["mei"] is Role.LEAD
    assert (tmp_path / FILE).read_text("utf-8") == NOTED.replace('me = ""', 'me = "mei"')


def test_the_one_who_sits_there_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(tmp_path, NOTED.replace('me = ""', 'me = "mei"'))
    monkeypatch.setattr(settings, "put", lambda *_: pytest.fail("written for nothing"))
    assert add_person(tmp_path, "mei").me == "mei"


def test_what_was_edited_since_the_desk_was_opened_stays(tmp_path: Path) -> None:
    told(tmp_path, NOTED)
    old = read(tmp_path)
    told(tmp_path, NOTED.replace('"light"', '"dark"'))
    assert old.theme == "light"
    assert add_person(tmp_path, "jo").theme == read(tmp_path).theme == "dark"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("schema = 1", 'schema = 1\nme = "jo"\n\n[people]\n"jo" = "collector"\n'),
        ("schema = 1\n# end\n", 'schema = 1\nme = "jo"\n# end\n\n[people]\n"jo" = "collector"\n'),
        (
            "schema = 1\n\n[people]\n\n[keys]\nundo = 'z'\n",
            'schema = 1\nme = "jo"\n\n[people]\n"jo" = "collector"\n\n[keys]\nundo = \'z\'\n',
        ),
        (
            "schema = 1\r\nme = 'ana' # here\r\n[people]\r\nana = 'lead'",
            'schema = 1\r\nme = "jo" # here\r\n[people]\r\nana = \'lead\'\r\n"jo" = "collector"\r\n',
        ),
        (
            '\ufeffschema = 1\n"me" = "O\\"Neill"\n[ "people" ]\n',
            'schema = 1\n"me" = "jo"\n[ "people" ]\n"jo" = "collector"\n',
        ),
    ],
)
def test_lines_that_are_missing_come_where_they_belong(tmp_path: Path, text: str, wanted: str) -> None:
    add_person(told(tmp_path, text), "jo")
    assert (tmp_path / FILE).read_bytes().decode() == wanted


@pytest.mark.parametrize(
    "text",
    [
        'schema = 1\npeople = {ana = "lead"}\n',
        'schema = 1\npeople.ana = "lead"\n',
        'schema = 1\nme = """\nx"""\n[people]\nana = "lead"\n',
        'schema = 1\nname = """\n[people]\n"""\n[people]\nana = "lead"\n',
    ],
)
def test_a_file_that_is_written_otherwise_is_written_anew_with_all_it_says(tmp_path: Path, text: str) -> None:
    old = read(told(tmp_path, text))
    assert add_person(tmp_path, "jo") == read(tmp_path) == with_person(old, "jo")
    assert read(tmp_path).people == {"ana": Role.LEAD, "jo": Role.COLLECTOR}


@checked(deadline=None)
@given(ANY_SETTINGS, ANY_TEXT)
@example(Settings(), 'x"\n[people]\n"\x1b]0;owned\x07')
@example(Settings(), "Jos\udce9")
def test_whoever_sits_down_is_read_again_and_no_third_line_changes(given_settings: Settings, who: str) -> None:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write(folder, given_settings)
        before = (folder / FILE).read_text("utf-8").split("\n")
        told_now = add_person(folder, who)
        after = (folder / FILE).read_text("utf-8").split("\n")
        assert told_now == read(folder)
        assert told_now.me == who.encode("utf-8", "replace").decode()
        assert len(set(after) - set(before)) <= 2


def test_a_file_that_was_broken_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    told(tmp_path, "schema = 1\nme = \n")
    with pytest.raises(BadSettings):
        add_person(tmp_path, "jo")
    assert (tmp_path / FILE).read_text("utf-8") == "schema = 1\nme = \n"


def test_each_desk_has_an_id_of_its_own() -> None:
    ids = {new_desk_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(name) == 12 and name.isalnum() for name in ids)


def test_another_id_changes_its_line_and_no_other(tmp_path: Path) -> None:
    text = NOTED.replace("schema = 1", 'schema = 1\ndesk_id = "a1b2"  # never copy')
    assert rename_desk(told(tmp_path, text), "c3d4").desk_id == "c3d4"
    assert (tmp_path / FILE).read_text("utf-8") == text.replace("a1b2", "c3d4")


@pytest.mark.parametrize(
    "text", [NOTED, "schema = 1  # of this desk\n", '# ours\n\n  # more\nschema = 1\n[team]\nnorth = "x"\n']
)
def test_a_file_without_an_id_gets_a_line_and_keeps_all_else(tmp_path: Path, text: str) -> None:
    before = read(told(tmp_path, text))
    assert rename_desk(tmp_path, "c3d4") == read(tmp_path) == replace(before, desk_id="c3d4")
    assert (tmp_path / FILE).read_text("utf-8").replace('desk_id = "c3d4"\n', "") == text


@pytest.mark.parametrize("text", ['schema = 1\nname = """\ndesk_id = "x"\n"""\n'])
def test_a_file_with_an_id_in_a_text_is_written_anew(tmp_path: Path, text: str) -> None:
    before = read(told(tmp_path, text))
    assert rename_desk(tmp_path, "c3d4") == read(tmp_path) == replace(before, desk_id="c3d4")


@pytest.mark.parametrize(
    "told",
    [
        'schema = 1\ndesk_id = "a"  # mine\n',
        'schema = 1\ndesk_id = "a"  # mine\n[privacy]   # as agreed\nretain_years = 7\n',
        'schema = 1\ndesk_id = "a"  # mine\n[privacy]\nnotes = "none"  # for now\n',
    ],
)
def test_how_notes_are_kept_is_changed_and_all_else_stays(tmp_path: Path, told: str) -> None:
    (tmp_path / settings.FILE).write_text(told, "utf-8")
    before = settings.read(tmp_path)
    assert set_notes(tmp_path, "sealed") == replace(before, notes="sealed") == settings.read(tmp_path)
    text = (tmp_path / settings.FILE).read_text("utf-8")
    assert all(comment in text for comment in ("# mine", "# as agreed", "# for now") if comment in told)
