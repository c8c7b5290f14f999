"""No value reaches the screen as markup: Textual would run what a customer's name says, or stop at it.

Textual reads a `str` given to most of its widgets as markup. So `Static`, `Label` and `notify` are used in
widgets/literal.py alone, and a widget that takes a label gets a written one or `Content`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from deskcollect.tui import themes
from deskcollect.tui.widgets.literal import Plain, notify, words

TUI = Path(__file__).parents[2] / "deskcollect" / "tui"
ALLOWED = {"literal.py"}
OURS_ONLY = {"Static", "Label", "Markdown", "RichLog", "Pretty"}
LABELLED = {
    *("Button", "Option", "Checkbox", "RadioButton", "Collapsible", "TabPane", "Tab", "ListItem", "Link"),
    *("Hit", "DiscoveryHit", "Tooltip", "Header", "DataTable", "Tree", "Select", "SelectionList", "Selection"),
}
TITLES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title"}
LITERAL_CALLS = {"Content", "words", "Text"}


def is_literal(node: ast.expr) -> bool:
    """Return whether an expression cannot be read as markup: a written string without brackets, or content."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str) or "[" not in node.value
    if isinstance(node, ast.IfExp):
        return is_literal(node.body) and is_literal(node.orelse)
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        return name in LITERAL_CALLS
    return False


def called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def faults(source: str) -> Iterator[str]:
    """Go through the places where a value could be read as markup."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            yield from (f"{node.lineno}: imports {a.name}" for a in node.names if a.name in OURS_ONLY)
        elif isinstance(node, ast.Call):
            name = called(node)
            plain = any(k.arg == "markup" and getattr(k.value, "value", None) is False for k in node.keywords)
            if name == "notify" and isinstance(node.func, ast.Attribute):
                yield f"{node.lineno}: notify"
            elif name == "from_markup":
                yield f"{node.lineno}: from_markup"
            elif name in LABELLED and not plain and node.args and not is_literal(node.args[0]):
                yield f"{node.lineno}: {name} with a value"
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in TITLES and not is_literal(node.value):
                    yield f"{node.lineno}: {target.attr} with a value"


FILES = sorted(path for path in TUI.rglob("*.py") if path.name not in ALLOWED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TUI).as_posix())
def test_no_value_can_be_read_as_markup(path: Path) -> None:
    assert list(faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Static",
        "from textual.widgets import Input, Label",
        "self.notify(name)",
        "self.app.notify('saved')",
        "Button(name)",
        "Option(f'{name}')",
        "Checkbox('[b]x')",
        "self.border_title = name",
        "self.border_title = f'Record · {name}'",
        "Content.from_markup('[b]x')",
    ],
)
def test_the_check_sees_what_it_must(source: str) -> None:
    assert list(faults(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Input",
        "notify(self, name)",
        "Button('Keep')",
        "Option(words(name))",
        "self.border_title = words(name)",
        "self.border_title = 'Help' if help else Content(name)",
        "Checkbox(name, markup=False)",
    ],
)
def test_the_check_lets_literal_text_pass(source: str) -> None:
    assert list(faults(source)) == []


PAYLOADS = ("[bold]E[/bold]", "E[/]", "E[/", "[@click=app.pwn]E[/]", "E[a=1]", "\x1b]52;c;eA==\x1b\\", "ab\u202ec")


class Hostile(App[None]):
    """Shows payloads on the surfaces of literal.py."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return a value for each variable of ours."""
        return themes.variable_defaults()

    def compose(self) -> ComposeResult:
        """Put every payload down in three ways."""
        for payload in PAYLOADS:
            yield Plain(payload)
            yield Plain(words(("name ", "$tier-d"), payload))
            updated = Plain("before")
            updated.show(payload)
            yield updated

    def on_mount(self) -> None:
        """Say every payload."""
        for payload in PAYLOADS:
            notify(self, payload)

    def action_pwn(self) -> None:
        """Never run."""
        raise AssertionError


async def test_hostile_text_is_shown_as_it_is_on_every_surface() -> None:
    app = Hostile()
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "[@click=app.pwn]E[/]" in text
        assert text.count("[bold]E[/bold]") >= 3
        assert "\x1b" not in text
        assert "\u202e" not in text
        for widget in app.query(Plain):
            await pilot.click(widget, offset=(0, 0))
        assert [widget.text for widget in app.query(Plain)][1] == "name [bold]E[/bold]"


async def test_notes_keep_their_lines() -> None:
    assert Plain("one\ntwo", notes=True).text == "one\ntwo"
    assert Plain("one\ntwo").text == "one\ufffdtwo"
