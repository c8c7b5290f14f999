"""The table: the cursor follows its account, columns stay straight, and one key repaints no more than it must."""

import subprocess
import sys

import polars as pl
import pytest
from rich.cells import cell_len, split_text
from textual.events import MouseScrollDown
from textual.widgets import Input

from deskcollect.present.shapes import ASCII
from deskcollect.tui.widgets.table import Table
from tests.tui.table_desk import NAMES, TableDesk, book, columns

WIDE, NARROW = (120, 9), (80, 9)


def key(number: int) -> str:
    return f"TW-{number:06d}"


async def test_the_table_at_120_columns() -> None:
    app = TableDesk(width=120)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "space")
        assert [line.rstrip() for line in app.lines()] == [
            "  T  Call  Customer            DPD   Past due  Score    Alert    Next step             Why today",
            "  A▁ now   林志明                0          0  600      ◆ orange Call: full, by Fri    Promise broken",
            " *B▂ now   García Lucía         37      7,919  593      ◆ orange Call: full, by Fri    Promise broken",
            "▸✓C▄ now   陳怡君               74     15,838  586      ◆ orange Call: full, by Fri    Promise broken",
            "  D▆ now   Ольга Петрова       111     23,757  579      ◆ orange Call: full, by Fri    Promise broken",
            "  E█ now   Nguyê\u0303n Thị Hoa       28     31,676  572      ◆ orange Call: full, by Fri    Promise broken",
            "  A▁ now   مریم\u200cپور              65     39,595  565      ◆ orange Call: full, by Fri    Promise broken",
            "  B▂ now   佐藤 花子           102     47,514  558      ◆ orange Call: full, by Fri    Promise broken",
            "  C▄ now   김민준               19     55,433  551      ◆ orange Call: full, by Fri    Promise broken",
        ]


async def test_the_table_at_80_columns_in_ascii() -> None:
    app = TableDesk(width=80, glyphs=ASCII)
    async with app.run_test(size=NARROW) as pilot:
        app.table.set_sorted_by("dpd", descending=True)
        await pilot.press("down", "space")
        lines = app.lines()
        assert [line.rstrip() for line in lines[:4]] == [
            "  T  Call  Customer           DPDv   Past due  Score    Next step",
            "  A. now   林志明                0          0  600      Call: full, by Fri",
            " *B: now   García Lucía         37      7,919  593      Call: full, by Fri",
            ">vC- now   陳怡君               74     15,838  586      Call: full, by Fri",
        ]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_columns_stay_straight_whatever_the_names_hold(width: int) -> None:
    app = TableDesk(len(NAMES), width)
    async with app.run_test(size=(width, len(NAMES) + 1)) as pilot:
        await pilot.pause()
        header, *rows = app.lines()
        start = cell_len(header[: header.index("Next step")])
        assert {cell_len(line) for line in [header, *rows]} == {width}
        assert {split_text(row, start)[1][:18] for row in rows} == {"Call: full, by Fri"}
        assert not any(sign in "".join(rows) for sign in "\x1b\u202e")
        assert any("[@click=ap" in row for row in rows)


async def test_the_cursor_keeps_its_account_and_its_line_in_a_new_order() -> None:
    app = TableDesk(400)
    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.press(*["pagedown"] * 3, *["down"] * 4)
        account, line = app.table.cursor_key, app.line
        assert 0 < line < 19
        order = app.book.with_row_index().sort("score", maintain_order=True)["index"]
        heard = len(app.heard)
        app.table.show(app.book, order)
        await pilot.pause()
        assert app.table.cursor_key == account
        assert app.line == line
        assert app.lines()[1 + line].startswith("▸")
        assert len(app.heard) == heard, "nothing else is highlighted, so nothing is said"


async def test_an_account_that_is_gone_leaves_its_line_to_the_next_one() -> None:
    app = TableDesk(50)
    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.press("down", "down")
        app.table.show(app.book.filter(pl.col("account_id") != key(2)))
        await pilot.pause()
        assert app.table.cursor_key == key(3)
        assert app.line == 2
        assert app.said(Table.Highlighted)[-1].key == key(3)


async def test_a_filter_keeps_the_account_and_taking_it_away_restores_the_place() -> None:
    app = TableDesk(400)
    async with app.run_test(size=(120, 20)) as pilot:
        app.table.move_to(key(200))
        few = pl.Series([7, 200, 300], dtype=pl.UInt32)
        app.table.show(app.book, few)
        await pilot.pause()
        assert app.table.cursor_key == key(200)
        app.table.show(app.book)
        await pilot.pause()
        assert app.table.cursor_key == key(200)
        assert app.lines()[1 + app.line].startswith("▸")


async def test_an_empty_table_can_be_used() -> None:
    app = TableDesk(0)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "G", "enter", "space", "asterisk", "pagedown", "left_square_bracket")
        assert app.table.cursor_key is None
        assert app.table.cursor_row is None
        app.table.show(book(3))
        await pilot.pause()
        assert app.table.cursor_key == key(0)
        app.table.show(book(0))
        await pilot.pause()
        assert app.said(Table.Highlighted)[-1].key is None


async def test_keys_move_the_cursor_and_the_view() -> None:
    app = TableDesk(400)
    async with app.run_test(size=(120, 21)) as pilot:
        for pressed, position in [
            ("j", 1), ("k", 0), ("up", 0), ("G", 399), ("down", 399), ("g", 0), ("end", 399), ("home", 0),
            ("pagedown", 20), ("pageup", 0), ("ctrl+d", 10), ("ctrl+u", 0),
        ]:  # fmt: skip
            await pilot.press(pressed)
            assert app.table.cursor == position, pressed
            assert 0 <= app.line < 20, pressed


async def test_a_page_keeps_the_cursor_on_its_line() -> None:
    app = TableDesk(400)
    async with app.run_test(size=(120, 21)) as pilot:
        await pilot.press("down", "down", "down", "pagedown")
        assert (app.table.cursor, app.line) == (23, 3)


async def test_one_key_repaints_two_rows_and_not_the_screen() -> None:
    app = TableDesk(400)
    async with app.run_test(size=(120, 21)) as pilot:
        await pilot.press("down", "down")
        drawn: list[int] = []
        original = app.table.render_line

        def recorded(y: int) -> object:
            drawn.append(y)
            return original(y)

        app.table.render_line = recorded  # type: ignore[method-assign, assignment]  # counts the lines
        await pilot.press("down")
        assert set(drawn) == {3, 4}
        drawn.clear()
        await pilot.press("l")
        assert set(drawn) == {0}


async def test_marks_follow_their_accounts() -> None:
    app = TableDesk(50)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("space", "down", "space")
        assert app.table.marks == {key(0), key(2)}
        app.table.show(app.book.reverse())
        await pilot.press("G")
        assert [line[1] for line in app.lines()[-3:]] == ["*", " ", "*"]
        await pilot.press("asterisk")
        assert len(app.table.marks) == 50
        await pilot.press("asterisk")
        assert app.table.marks == set()
        assert [message.count for message in app.said(Table.MarksChanged)] == [1, 2, 50, 0]


async def test_the_same_key_takes_a_mark_away() -> None:
    app = TableDesk(50)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("space", "up", "space")
        assert app.table.marks == set()


async def test_sorting_is_asked_for_by_column_name() -> None:
    app = TableDesk(50)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("right_square_bracket", "l", "left_square_bracket", "l", "l", "left_square_bracket")
        asked = [(message.column, message.descending) for message in app.said(Table.SortAsked)]
        assert asked == [("tier", False), ("dpd", True)], "a column that does not sort is silent"


async def test_the_mouse_selects_opens_sorts_and_scrolls() -> None:
    app = TableDesk(400)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.click(Table, offset=(20, 3))
        assert app.table.cursor == 2
        assert app.said(Table.Opened) == []
        await pilot.click(Table, offset=(20, 3), times=2)
        assert [message.key for message in app.said(Table.Opened)] == [key(2)]
        await pilot.click(Table, offset=(32, 0))
        assert [(m.column, m.descending) for m in app.said(Table.SortAsked)] == [("dpd", None)]
        await pilot._post_mouse_events([MouseScrollDown], Table, offset=(5, 5))
        await pilot.pause()
        assert app.table.scroll_offset.y == 3
        assert app.table.cursor == 2
        await pilot.press("down")
        assert app.table.cursor == 3
        assert app.line >= 0


async def test_enter_opens_the_row() -> None:
    app = TableDesk(50)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "enter")
        assert [message.key for message in app.said(Table.Opened)] == [key(1)]


async def test_the_view_moves_sideways_to_the_current_column_and_keeps_the_cursor_s_sign() -> None:
    app = TableDesk(50, width=200)
    async with app.run_test(size=(60, 9)) as pilot:
        await pilot.press(*["l"] * 7)
        header, first, *_ = app.lines()
        assert "Next step" in header
        assert "Customer" not in header
        assert first.startswith("▸ ")
        assert {cell_len(line) for line in app.lines()} == {60}
        await pilot.press(*["h"] * 9)
        assert app.lines()[0].startswith("  T  Call")


async def test_new_columns_keep_the_current_one() -> None:
    app = TableDesk(50)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("l", "l", "l")
        app.table.set_columns(columns()[2:5])
        await pilot.pause()
        assert app.table.columns[app.table.column].name == "dpd"
        assert app.lines()[0].startswith("  Customer")


async def test_the_cursor_stays_in_view_when_the_window_shrinks() -> None:
    app = TableDesk(400)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press(*["down"] * 25)
        for size in [(80, 10), (20, 4), (120, 30)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.table.cursor_key == key(25)
            assert app.lines()[1 + app.line].startswith("▸")


async def test_the_table_opens_at_its_first_row() -> None:
    app = TableDesk(400)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert app.table.scroll_offset.y == 0
        assert [message.key for message in app.said(Table.Highlighted)] == [key(0)]


async def test_every_cell_of_the_cursor_s_row_takes_the_focus_colours_in_every_theme() -> None:
    app = TableDesk(50)
    async with app.run_test(size=WIDE) as pilot:
        for theme in ("dark", "light", "high-contrast", "colour-blind", "monochrome"):
            app.theme = theme
            await pilot.pause()
            variables = app.get_css_variables()
            first = app.table.render_line(1)
            second = app.table.render_line(2)
            grounds = {segment.style.bgcolor.name for segment in first if segment.style and segment.style.bgcolor}
            assert grounds == {variables["focus-bg"]}
            tier = next(segment for segment in second if "B▂" in segment.text)
            assert tier.style is not None
            assert tier.style.color is not None
            assert tier.style.color.name == variables["tier-b"]


async def test_pages_and_rows_are_right_far_down_in_any_order() -> None:
    app = TableDesk(2_000)
    async with app.run_test(size=WIDE) as pilot:
        order = app.book.with_row_index().sort("score", "account_id", descending=[True, False])["index"]
        app.table.show(app.book, order, keep_cursor=False)
        for position in (0, 255, 256, 511, 1024, 1999):
            app.table.cursor = position
            assert app.table.cursor_row is not None
            assert app.table.cursor_row["account_id"] == app.table.cursor_key == key(order[position])
        await pilot.pause()
        assert app.table.rows.find(key(order[1024])) == 1024


async def test_letters_typed_in_a_field_do_not_move_the_table() -> None:
    app = TableDesk(50)
    async with app.run_test(size=WIDE) as pilot:
        await app.mount(Input())
        app.query_one(Input).focus()
        await pilot.press("j", "G", "space")
        assert app.table.cursor == 0
        assert app.query_one(Input).value == "jG "


def test_the_table_is_loaded_without_polars_so_that_the_shell_is_painted_first() -> None:
    code = "import sys, deskcollect.tui.widgets.table, deskcollect.tui.themes; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
