"""desk.toml: what a desk is called, where it is, who works at it."""

from __future__ import annotations

import os
import tomllib
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as checked
from hypothesis import strategies as st

from deskcollect import settings
from deskcollect.errors import BadSettings, DeskError, ExitCode, NewerSchema, NoDesk
from deskcollect.settings import FILE, Settings, find, new_desk_id, read, render, write
from deskcollect.vocabulary import Role

ANY_TEXT = st.text(max_size=20)
NAMES = st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3)
ANY_SETTINGS = st.builds(
    Settings,
    name=ANY_TEXT,
    desk_id=ANY_TEXT,
    time_zone=st.sampled_from(["UTC", "Asia/Taipei", "America/Argentina/Buenos_Aires"]),
    currency=ANY_TEXT,
    date_format=ANY_TEXT,
    as_of=st.none() | st.dates(),
    demo=st.booleans(),
    people=st.dictionaries(ANY_TEXT, st.sampled_from(Role), max_size=3),
    me=ANY_TEXT,
    columns=NAMES,
    theme=ANY_TEXT,
    glyphs=st.sampled_from(settings.GLYPHS),
    auto_next=st.booleans(),
    keys=NAMES,
    ledger=st.sampled_from(["", "postgresql://desk@server/collections"]),
    team=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2).filter(lambda team: len(set(team.values())) == len(team)),
    notes=st.sampled_from(settings.NOTES),
    retain_years=st.integers(0, 30),
)


def told(folder: Path, text: str | bytes) -> Path:
    """Write desk.toml as a person would."""
    (folder / FILE).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def refused(folder: Path, text: str | bytes) -> DeskError:
    """Return why desk.toml is refused."""
    with pytest.raises(DeskError) as caught:
        read(told(folder, text))
    assert caught.value.exit_code is ExitCode.USAGE
    return caught.value


# --- what is written is read -------------------------------------------------------------------------------------------------


@checked(deadline=None)
@given(ANY_SETTINGS)
@example(
    Settings(name='O"Neill\\ 陳😀\n\t\x00\x7f\x85\u202e\U000e0001', people={"\u200b": Role.LEAD, "": Role.ANALYST})
)
@example(Settings(columns={"Saldo (€) # 1": "balance", "= [x]": "dpd", "a.b": "past_due"}, keys={"undo": "ctrl+z"}))
def test_settings_come_back_as_they_were_written(given_settings: Settings) -> None:
    raw = tomllib.loads(render(given_settings))
    assert raw.pop("schema") == settings.SCHEMA
    assert settings._checked(raw) == given_settings


def test_and_so_they_do_from_the_disk(tmp_path: Path) -> None:
    full = Settings(
        name="Taipei 台北",
        desk_id=new_desk_id(),
        time_zone="Asia/Taipei",
        currency="TWD",
        date_format="%d/%m/%Y",
        own_columns=("tenure_months", "Alter (Jahre)"),
        as_of=date(2026, 9, 30),
        demo=True,
        people={"ana": Role.COLLECTOR, "Mei Ling 😀": Role.LEAD},
        me="ana",
        columns={"Saldo": "balance"},
        theme="light",
        glyphs="ascii",
        auto_next=False,
        keys={"undo": "ctrl+z"},
        ledger="postgresql://desk@server/collections",
        team={"front": "a1b2", "laptop": "c3d4"},
        notes="sealed",
        retain_years=7,
    )
    assert {f.name for f in fields(Settings) if getattr(full, f.name) == getattr(Settings(), f.name)} == {"language"}
    write(tmp_path, full)
    assert read(tmp_path) == full


def test_a_name_in_an_encoding_nobody_knows_does_not_lock_the_desk(tmp_path: Path) -> None:
    write(tmp_path, Settings(name="Jos\udce9", people={"Jos\udce9": Role.LEAD}))
    assert read(tmp_path).name == "Jos?"
    assert read(tmp_path).people == {"Jos?": Role.LEAD}


def test_whatever_a_name_holds_it_stays_on_its_line() -> None:
    hostile = 'x"\nme = "intruder"\r\n[people]\n"\x1b]0;owned\x07'
    text = render(Settings(name=hostile, me="ana"))
    assert tomllib.loads(text)["me"] == "ana"
    assert "\x1b" not in text
    assert len(text.split("\n")) == len(render(Settings(me="ana")).split("\n"))


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    assert read(told(tmp_path, "schema = 1")) == Settings()
    assert Settings().zone.key == "UTC"


@pytest.mark.parametrize("text", ["", "name = 'north'"])
def test_a_file_that_was_cut_off_is_no_desk_with_the_defaults(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text).message == "desk.toml does not say its schema; it may be cut off."


def test_what_an_editor_of_windows_adds_does_no_harm(tmp_path: Path) -> None:
    assert read(told(tmp_path, '\ufeffschema = 1\r\nname = "x"\r\n[screen]\r\nglyphs = "ascii"\r\n')).glyphs == "ascii"


def test_every_entry_is_explained_to_who_opens_the_file() -> None:
    assert "# name = role: collector, lead or analyst" in render(Settings())
    assert "never copy a desk's folder" in render(Settings())
    assert "every book that is read is of this day" in render(Settings(as_of=date(2026, 9, 30)))


# --- what is refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ('nmae = "x"', "desk.toml: unknown key “nmae”.", "Did you mean “name”?"),
        ('time_zome = "UTC"', "desk.toml: unknown key “time_zome”.", "Did you mean “time_zone”?"),
        ("[screens]", "desk.toml: unknown key “screens”.", "Did you mean “screen”?"),
        ("[peple]", "desk.toml: unknown key “peple”.", "Did you mean “people”?"),
        ("[screen]\nthem = 'x'", "desk.toml: unknown key “them” in [screen].", "Did you mean “theme”?"),
        ("[book]\nformat = '%d'", "desk.toml: unknown key “format” in [book].", "Did you mean “date_format”?"),
        ("[book]\nxyz = '%d'", "desk.toml: unknown key “xyz” in [book].", "Known: date_format, own_columns."),
        ("name = 3", "desk.toml: name = 3 cannot be used.", "Write text in quotation marks."),
        ("demo = 1", "desk.toml: demo = 1 cannot be used.", "Write true or false."),
        ("as_of = '2026-09-30'", 'desk.toml: as_of = "2026-09-30" cannot be used.', "Write a date, as in 2026-09-30."),
        ("[name]", "desk.toml: name = a table cannot be used.", "Write text in quotation marks."),
        ("screen = 3", "desk.toml: screen must be a table.", "Write [screen] on a line of its own."),
        ("people = 3", 'desk.toml: [people] must hold lines of the form  name = "text".', "Put the value in quotes."),
        ("[columns]\nSaldo = 3", 'desk.toml: [columns] must hold lines of the form  name = "text".', "Put the"),
        ("[people]\nana = 'boss'", "desk.toml: ana = “boss” is no role.", "Known: collector, lead, analyst."),
        ("time_zone = 'Taipei'", "desk.toml: “Taipei” is no time zone.", "Write one like Asia/Taipei."),
        ("time_zone = 'Asia'", "desk.toml: “Asia” is no time zone.", "Write one like Asia/Taipei."),
        ("time_zone = ''", "desk.toml: “” is no time zone.", "Write one like Asia/Taipei."),
        ("time_zone = '../etc/passwd'", "desk.toml: “../etc/passwd” is no time zone.", "Write one like Asia/Taipei."),
        ("[screen]\nglyphs = 'emoji'", "desk.toml: glyphs = “emoji” is not known.", "Known: auto, unicode, ascii."),
        ("[screen]\nlanguage = 'xx'", "desk.toml: language = “xx” is not known.", "Known: en."),
        ("[privacy]\nnotes = 'hidden'", "desk.toml: notes = “hidden” is not known.", "Known: plain, sealed, none."),
        ("[privacy]\nretain_years = -1", "desk.toml: retain_years = -1 cannot be used.", "Write 0 to keep for ever."),
        ("[privacy]\nretain_years = true", "desk.toml: retain_years = true cannot be used.", "Write a whole number."),
        ("ledger = 'mysql://x/y'", "desk.toml: ledger is no address of a server.", "Write one like  ledger = "),
        ("[team]\na = 'x'\nb = 'x'", "desk.toml: two desks of [team] have the same id.", "Each desk has its own:"),
        ("schema = 0", "desk.toml: schema = 0 is not known.", "Write schema = 1"),
        ("schema = '1'", 'desk.toml: schema = "1" is not known.', "Write schema = 1"),
        ("schema = true", "desk.toml: schema = true is not known.", "Write schema = 1"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named_with_what_could(
    tmp_path: Path, text: str, message: str, remedy: str
) -> None:
    error = refused(tmp_path, text)
    assert isinstance(error, BadSettings)
    assert error.message == message
    assert error.remedy.startswith(remedy)


@pytest.mark.parametrize("text", ["name = ", 'name = "x', b"name = '\xff'", "x = " + "[" * 5_000])
def test_a_file_that_is_no_toml_says_so(tmp_path: Path, text: str | bytes) -> None:
    error = refused(tmp_path, text)
    assert error.message.startswith("desk.toml cannot be read: ")
    assert error.remedy == "Mend the line, or copy the file from a backup."


def test_a_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    assert "at line 2" in refused(tmp_path, 'name = "x"\nme = ana\n').message


def test_a_file_of_a_newer_version_is_refused_in_a_sentence(tmp_path: Path) -> None:
    error = refused(tmp_path, "schema = 2\nplanet = 'Mars'\n")
    assert isinstance(error, NewerSchema)
    assert error.message == "desk.toml has schema 2; this version reads up to 1."
    assert error.remedy == "Install a newer deskcollect."


def test_a_folder_without_a_desk_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoDesk) as caught:
        read(tmp_path)
    assert "deskcollect init" in caught.value.remedy


# --- where the desk is -------------------------------------------------------------------------------------------------------


def test_the_desk_is_found_from_any_folder_below_it(tmp_path: Path) -> None:
    told(tmp_path, "")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find(below) == tmp_path
    assert find(tmp_path) == tmp_path


def test_the_nearest_desk_counts(tmp_path: Path) -> None:
    told(tmp_path, "")
    (tmp_path / "inner" / "below").mkdir(parents=True)
    told(tmp_path / "inner", "")
    assert find(tmp_path / "inner" / "below") == tmp_path / "inner"


def test_a_folder_is_found_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(tmp_path, "")
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert find(Path()) == tmp_path


def test_a_folder_of_that_name_is_no_desk(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(NoDesk) as caught:
        find(tmp_path)
    assert caught.value.message == f"No desk in {tmp_path} and none above this folder."
    assert "deskcollect demo" in caught.value.remedy


# --- written whole or not at all ---------------------------------------------------------------------------------------------


def test_a_disk_that_fails_leaves_the_old_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Settings(name="old", people={"ana": Role.LEAD})
    write(tmp_path, old)

    def fails(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path, replace(old, name="new"))
    assert read(tmp_path) == old
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_two_programs_that_write_at_once_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = os.fsync

    def meanwhile(descriptor: int) -> None:
        sync(descriptor)
        monkeypatch.setattr(os, "fsync", sync)
        write(tmp_path, Settings(name="theirs"))

    monkeypatch.setattr(os, "fsync", meanwhile)
    write(tmp_path, Settings(name="ours"))
    assert read(tmp_path).name == "ours"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.skipif(os.name == "nt", reason="Windows guards the folder by the profile")
def test_who_may_read_the_file_may_still_read_it(tmp_path: Path) -> None:
    write(tmp_path, Settings(name="old"))
    (tmp_path / FILE).chmod(0o640)
    write(tmp_path, Settings(name="new"))
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o640


def test_a_crash_before_the_exchange_leaves_the_old_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, Settings(name="old"))

    def crashes(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crashes)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, Settings(name="new"))
    assert read(tmp_path).name == "old"


def test_new_settings_are_on_the_disk_before_they_take_the_place_of_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, Settings(name="old"))
    seen: list[tuple[str, ...]] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        fresh = [tomllib.loads(path.read_text("utf-8"))["name"] for path in tmp_path.glob(f".{FILE}.*")]
        seen.append((read(tmp_path).name, *fresh))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write(tmp_path, Settings(name="new"))
    on_windows = os.name == "nt"
    assert seen == [("old", "new")] if on_windows else [("old", "new"), ("new",)], "the file, then the folder's names"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
