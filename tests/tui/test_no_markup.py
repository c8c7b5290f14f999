"""No value reaches the screen as markup: Textual would run what a customer's name says, or stop at it.

Textual reads a `str` given to most of its widgets as markup. So `Static` and `Label` are used in
widgets/literal.py alone, and a widget that takes a label gets a written one or `Content`.
"""

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from deskcollect.tui import themes
from deskcollect.tui.widgets.literal import Plain, frame_title, words

TUI = Path(__file__).parents[2] / "deskcollect" / "tui"
ALLOWED = {"literal.py"}
OURS_ONLY = {"Static", "Label", "Markdown", "RichLog", "Pretty"}
LABELLED = {
    *("Button", "Option", "Checkbox", "RadioButton", "Collapsible", "TabPane", "Tab", "ListItem", "Link"),
    *("Hit", "DiscoveryHit", "Tooltip", "Header", "DataTable", "Tree", "Select", "SelectionList", "Selection"),
}
TITLES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title"}
LITERAL_CALLS = {"Content", "assemble", "words", "Text"}
# notify and a matcher's highlight read what they are given as markup
FORBIDDEN_METHODS = {"notify", "from_markup", "highlight"}


def is_literal(node: ast.expr, known: AbstractSet[str] = frozenset()) -> bool:
    """Return whether an expression cannot be read as markup: a written string without brackets, or content.

    `known` are the names to which the file assigns nothing else.
    """
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str) or "[" not in node.value
    if isinstance(node, ast.IfExp):
        return is_literal(node.body, known) and is_literal(node.orelse, known)
    if isinstance(node, ast.Name):
        return node.id in known
    return isinstance(node, ast.Call) and called(node) in LITERAL_CALLS


def called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def literal_names(tree: ast.AST) -> set[str]:
    """Return the names to which a file assigns only what cannot be read as markup."""
    written = {target: node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets}
    doubtful = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    stored = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    doubtful |= {name.id for name in stored if name not in written or not is_literal(written[name])}
    return {name.id for name in stored} - doubtful


def faults(source: str) -> Iterator[str]:
    """Go through the places where a value could be read as markup."""
    tree = ast.parse(source)
    known = literal_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            yield from (f"{node.lineno}: imports {a.name}" for a in node.names if a.name in OURS_ONLY)
        elif isinstance(node, ast.Call):
            yield from call_faults(node, known)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in TITLES and not is_literal(node.value, known):
                    yield f"{node.lineno}: {target.attr} with a value; use frame_title"


def call_faults(node: ast.Call, known: AbstractSet[str]) -> Iterator[str]:
    """Go through what is wrong with one call."""
    name = called(node)
    plain = any(k.arg == "markup" and getattr(k.value, "value", None) is False for k in node.keywords)
    shown = node.args[1:2] if name == "Hit" else node.args[:1]
    if name in FORBIDDEN_METHODS and isinstance(node.func, ast.Attribute):
        yield f"{node.lineno}: {name}"
    elif name in LABELLED and not plain and not all(is_literal(part, known) for part in shown):
        yield f"{node.lineno}: {name} with a value"


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
        "Hit(score, name, run)",
        "Hit(score, matcher.highlight(name), run)",
        "for name in names:\n    Button(name)",
        "label, other = name, 1\nButton(label)",
        "label = words(name)\nlabel = name\nButton(label)",
        "def show(label):\n    label = words(label)\n    Button(label)",
    ],
)
def test_the_check_sees_what_it_must(source: str) -> None:
    assert list(faults(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Input",
        "Button('Keep')",
        "Option(words(name))",
        "self.border_title = words(name)",
        "self.border_title = 'Help' if help else Content(name)",
        "Checkbox(name, markup=False)",
        "row = Content.assemble(name)\nOption(row)",
        "shown = words(name)\nHit(score, shown, run)",
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
            frame_title(self.query(Plain).first(), payload, payload)

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
