"""What really reaches a terminal: it is left as it was found, and data never steer it."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

import pytest

from tests.tui.hostile import CLIPBOARD, TITLE, hostile_desk

if sys.platform == "win32":
    pytest.skip("pseudo terminals are a thing of Unix", allow_module_level=True)

from tests.tui.terminal import Terminal, desk_in_terminal, shown

CTRL_Q, CTRL_S, ENTER = "\x11", "\x13", "\r"


def settled(terminal: Terminal) -> None:
    """Wait until the desk has opened."""
    terminal.wait("Nothing you do here is kept.")


def test_leaving_restores_the_terminal(demo: Path) -> None:
    with desk_in_terminal(demo) as terminal:
        settled(terminal)
        terminal.send(CTRL_Q)
        assert terminal.leave() == 0
        assert terminal.restored


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_restores_the_terminal_keeps_the_form_and_says_so_in_the_exit_code(demo: Path, name: str) -> None:
    number = signal.Signals[name]
    with desk_in_terminal(demo) as terminal:
        settled(terminal)
        terminal.send("rpf")
        terminal.wait("in 2 days")
        assert terminal.leave(number) == 128 + number
        assert terminal.restored
    with desk_in_terminal(demo) as terminal:
        terminal.wait("was not saved: enter goes on")


def test_a_signal_while_the_book_is_read_does_not_wait_for_it(demo: Path) -> None:
    slow = "import time, deskcollect.tui.opening as o; o.conclude = lambda session: time.sleep(600)"
    with desk_in_terminal(demo, before=slow) as terminal:
        terminal.wait("reading")
        assert terminal.leave(signal.SIGTERM) == 143
        assert terminal.restored


def test_a_form_outlives_a_kill(demo: Path) -> None:
    with desk_in_terminal(demo) as terminal:
        settled(terminal)
        terminal.send("rp")
        terminal.wait("fri, +3")
        terminal.send("5")
        terminal.wait("not understood: 5")
        terminal.leave(signal.SIGKILL)
    with desk_in_terminal(demo) as terminal:
        terminal.wait("was not saved: enter goes on, ctrl+x discards")


def test_keys_sent_in_one_piece_record_what_they_mean(demo: Path) -> None:
    with desk_in_terminal(demo) as terminal:
        settled(terminal)
        terminal.send(f"rn{CTRL_S}rpf{CTRL_S}")
        terminal.wait("promise to pay")
        assert "no answer" in shown(terminal.written)


def test_a_fault_leaves_one_line_and_a_whole_terminal(demo: Path) -> None:
    fault = (
        "from deskcollect.tui.screens.worklist import Worklist; Worklist.action_lens = lambda self: {}[self.current()]"
    )
    with desk_in_terminal(demo, before=fault) as terminal:
        settled(terminal)
        terminal.send("o")
        assert terminal.leave() == 1
        assert terminal.restored
        after = shown(terminal.written[terminal.written.rfind(b"\x1b[?1049l") :])
        assert "deskcollect stopped by a fault. Nothing recorded was lost; your form is kept." in after
        assert "TW-" not in after
        assert "Traceback" not in after


def test_names_do_not_steer_the_terminal(tmp_path: Path) -> None:
    desk = hostile_desk(tmp_path)
    with desk_in_terminal(desk, size=(120, 36)) as terminal:
        settled(terminal)
        for keys in ("G", "g", "j", "j", "j", ENTER, "\t", "q", "x"):
            terminal.send(keys)
        terminal.wait("Why here")
        terminal.send(f"qrn{CTRL_S}")
        terminal.wait("no answer")
        terminal.send(CTRL_Q)
        assert terminal.leave() == 0
        assert f"\x1b]2;{TITLE}".encode() not in terminal.written
        assert f"]52;c;{CLIPBOARD}".encode() not in terminal.written.replace(b"\xef\xbf\xbd]52", b"")
        assert not re.search(rb"\x1b\]52", terminal.written)
        assert not re.search(rb"\x9b2J", terminal.written)
        names = re.findall(rb"\x1b\][0-9]*;[^\x07\x1b]*", terminal.written)
        assert not any(b"PWNED" in name for name in names)


def test_a_linux_console_gets_ascii_signs(demo: Path) -> None:
    with desk_in_terminal(demo, TERM="linux", COLORTERM="", DESKCOLLECT_GLYPHS="auto") as terminal:
        settled(terminal)
        terminal.send("r")
        terminal.wait("outgoing")
        terminal.send(CTRL_Q)
        terminal.leave()
        text = shown(terminal.written)
        assert "E#" in text
        assert "+- Record" in text
        signs = set("─│╭╮╰╯█▁▂▄▆●▲◆■✓✗▸→·…⏎−▼↓")
        assert not signs & set(text)


def test_no_color_leaves_words_and_shapes(demo: Path) -> None:
    words = ("E█", "■ red", "▸", "DEMO")
    with desk_in_terminal(demo, size=(120, 36), NO_COLOR="1") as terminal:
        terminal.wait_for(lambda seen: all(word in shown(seen) for word in words))
        terminal.send(CTRL_Q)
        terminal.leave()
        colours = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", terminal.written)
        assert all(len(set(colour)) == 1 for colour in colours), "greys only"
