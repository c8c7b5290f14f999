"""Every theme can be read, and a theme file that cannot be used never stops the desk."""

import re
import tomllib
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from deskcollect import resources
from deskcollect.tui import themes

SHIPPED = sorted(resources.themes().glob("*.toml"))
# lowest text contrast of each theme as the design states it
LOWEST = {"dark": 6.7, "light": 5.5, "high-contrast": 11.0, "colour-blind": 5.6, "monochrome": 8.8}


def colours(path: Path) -> dict[str, str]:
    found: dict[str, str] = tomllib.loads(path.read_text("utf-8"))["colours"]
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_text_of_a_shipped_theme_is_readable_on_every_ground(path: Path) -> None:
    table = colours(path)
    lowest = min(
        themes.contrast(table[role], table[ground]) for role in themes.TEXT_ROLES for ground in ("bg", "panel")
    )
    assert lowest == pytest.approx(LOWEST[path.stem], abs=0.06)
    assert themes.contrast(table["focus_fg"], table["focus_bg"]) >= 4.5
    assert themes.contrast(table["focus_bg"], table["bg"]) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert themes.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert themes.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_all_shipped_themes_load_and_dark_comes_first() -> None:
    loaded = themes.load()
    assert loaded.notice == ""
    assert loaded.names[0] == "dark"
    assert set(loaded.names) == set(LOWEST)
    assert loaded.choose("light") == ("light", "")


def test_an_unknown_theme_gives_dark_and_a_notice() -> None:
    name, notice = themes.load().choose("solarised")
    assert name == "dark"
    assert "“solarised”" in notice
    assert "high-contrast" in notice


DARK = (resources.themes() / "dark.toml").read_text("utf-8")


def changed(old: str, new: str) -> str:
    assert re.search(old, DARK)
    return re.sub(old, new, DARK, count=1)


BAD = {
    "not toml": (changed(r"bold = \[\]", "bold = ["), "(at line"),
    "unknown key": ("size = 3\n" + DARK, "line 1: unknown key “size”"),
    "no name": (changed('name = "dark"', 'name = "Räd!"'), "line 3: write  name"),
    "unknown role": (DARK + 'tier_a = "#ffffff"\n', "unknown role “tier_a”"),
    "not a colour": (changed('red = "#ff8080"', 'red = "rgb(999,0,0)"'), "red must be a colour like"),
    "a word for a colour": (changed('red = "#ff8080"', 'red = "red"'), "red must be a colour like"),
    "a missing role": (changed('red = "#ff8080"\n', ""), "no colour for red"),
    "unreadable": (changed('red = "#ff8080"', 'red = "#401010"'), "red #401010 has contrast 1."),
    "row not to be seen": (
        changed('focus_bg = "#2c69a8"', 'focus_bg = "#12181f"'),
        "focus_bg #12181f has contrast 1.0",
    ),
    "too little asked": (changed("contrast = 4.5", "contrast = 2"), "contrast is a number from 4.5"),
    "bold is no list": (changed(r"bold = \[\]", 'bold = "red"'), "bold is a list of roles"),
    "dark is a word": (changed("dark = true", 'dark = "yes"'), "write  dark = true"),
    "no colours": ('name = "mine"\n', "[colours] is missing"),
    "taken": (DARK, "the name “dark” is taken"),
}


@pytest.mark.parametrize(("source", "reason"), BAD.values(), ids=BAD.keys())
def test_a_theme_that_cannot_be_used_is_left_out_with_one_notice(tmp_path: Path, source: str, reason: str) -> None:
    (tmp_path / "mine.toml").write_text(source, "utf-8")
    (tmp_path / "good.toml").write_text(changed('name = "dark"', 'name = "mine"'), "utf-8")
    loaded = themes.load(tmp_path)
    assert loaded.names[0] == "dark"
    assert "mine" in loaded.names
    assert loaded.notice.startswith("1 theme is left out. mine.toml: ")
    assert reason in loaded.notice


def test_a_high_contrast_theme_keeps_its_own_promise(tmp_path: Path) -> None:
    source = (resources.themes() / "high-contrast.toml").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(source.replace('red = "#ffa3a3"', 'red = "#cc4444"'), "utf-8")
    assert "at least 7 is needed" in themes.load(tmp_path).notice


def test_bytes_that_are_no_text_and_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder.toml").mkdir()
    loaded = themes.load(tmp_path)
    assert loaded.notice.startswith("2 themes are left out. ")
    assert themes.load(tmp_path / "nowhere") == themes.load()


def test_without_any_shipped_theme_the_desk_still_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def incomplete() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(resources, "themes", incomplete)
    assert themes.load(tmp_path).names == ("dark",)


class Shown(App[None]):
    """Uses every variable of ours."""

    CSS = """
    #one { color: $tier-a; text-style: $tier-d-style; background: $focus-bg; }
    #two { color: $muted-text; } #three { color: $level-red; text-style: $level-red-style; }
    #four { color: $money; background: $focus-bg; } #five { color: $focus-fg; }
    """

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return a value for each variable of ours."""
        return themes.variable_defaults()

    def compose(self) -> ComposeResult:
        """Put one widget down for each rule."""
        yield from (Static(id=name, markup=False) for name in ("one", "two", "three", "four", "five"))


async def test_roles_are_variables_of_the_style_sheet_in_every_theme() -> None:
    app = Shown()
    async with app.run_test() as pilot:
        for theme in themes.load().themes:
            app.register_theme(theme)
        for path in SHIPPED:
            app.theme = path.stem
            await pilot.pause()
            table = colours(path)
            assert app.query_one("#one").styles.color.hex.lower() == table["tierA"]
            assert app.query_one("#two").styles.color.hex.lower() == table["muted"]
            assert app.query_one("#three").styles.color.hex.lower() == table["red"]
            assert app.query_one("#four").styles.background.hex.lower() == table["focus_bg"]
            assert app.query_one("#one").styles.text_style.bold == (path.stem == "monochrome" or None)


async def test_a_style_sheet_of_ours_is_readable_under_a_theme_of_textual() -> None:
    app = Shown()
    async with app.run_test():
        app.theme = "nord"
        assert app.query_one("#one").styles.color.hex == "#D8D8D8"
