"""What can be done on a screen, as entries that help and Everything offer."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from deskcollect.tui import keys
from deskcollect.tui.screens.base import DeskScreen
from deskcollect.tui.screens.search import Found
from deskcollect.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import App
    from textual.binding import Binding
    from textual.screen import Screen
    from textual.widget import Widget

    from deskcollect.tui.session import Session

# other words that people type for it, English and Chinese
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "work.record": "call ring phone talk promise ptp payment dispute hardship note 记录 承诺",
        "work.undo": "withdraw take back correct delete 撤回",
        "work.explain": "why rule reason tier treatment 原因",
        "work.next": "skip following 下一个",
        "list.filter": "find search name 查找",
        "list.tier": "risk level a b c d e 风险等级",
        "list.lens": "order rank exposure recovery worth 排序视角 预期回收",
        "list.sort": "order column 排序",
        "list.queue_next": "callbacks broken promises blocked 队列",
        "list.rerank": "refresh reload update 刷新",
        "list.level": "red orange yellow blue 级别",
        "alert.acknowledge": "seen looked 确认知悉",
        "alert.snooze": "sleep later postpone 稍后提醒",
        "alert.assign": "owner give hand over 指派",
        "alert.escalate": "lead supervisor 升级",
        "alert.close": "done confirmed useful false alarm 关闭 误报",
        "alert.suppress": "mute silence switch off rule 屏蔽",
        "restriction.impose": "restrict freeze block watch suspend limit 限制 冻结",
        "restriction.lift": "release remove end unblock 解除",
        "restriction.extend": "later postpone review 延期",
        "restriction.vary": "change ease kind 变更",
        "restriction.proof": "identity document income confirm 证明",
        "approval.sign": "approve refuse second person signature 批准",
        "measure.step": "incentive consequence fee waiver rate limit bureau 激励",
        "work.what_if": "suppose simulate pays 假设",
        "app.copy": "file csv excel clipboard hand over 导出",
        "app.theme": "colour color dark light contrast",
        "app.messages": "notices log history",
        "app.quit": "quit exit close end leave 退出",
        "screen.alerts": "early warnings 预警",
        "screen.restrictions": "release review measures incentives 限制",
        "screen.worklist": "list home 工作清单",
        "work.other": "customer accounts",
    }
)


def here(session: Session, screen: Screen[None], where: str) -> Iterator[Found]:
    """Go through what the keys do on a screen, in the order of its hints, then the rest."""
    table = next(iter(screen.query(Table)), None)
    hinted = [name for names, _ in getattr(screen, "HINTS", ()) for name in names.split()]
    nodes: list[Widget | App[int]] = [screen, *([table] if table is not None else []), screen.app]
    found: dict[str, tuple[Binding, Widget | App[int]]] = {}
    for node in nodes:
        for binding in keys.bindings(node):
            if binding.id and binding.description:
                found.setdefault(binding.id, (binding, node))
    for name in sorted(found, key=lambda name: hinted.index(name) if name in hinted else len(hinted)):
        yield _found(session, *found[name], where)


def _found(session: Session, binding: Binding, node: Widget | App[int], where: str) -> Found:
    """Return the entry of one binding; a changed key says what it was."""
    shown = keys.all_shown(session.keymap.of(binding))
    changed = binding.id in session.keymap.changed
    text = f"{binding.description} (was {keys.all_shown(binding.key)})" if changed else binding.description

    async def run() -> None:
        await node.run_action(binding.action)

    return Found(text, shown, where, _WORDS.get(binding.id or "", ""), run)


def elsewhere(session: Session, screen: Screen[None]) -> Iterator[Found]:
    """Go through what keys do on the other screens; from here they can only be read."""
    mine = name_of(screen)
    for name, nodes in keys.screens().items():
        if name != mine:
            for binding in keys.bindings(*nodes):
                if binding.description and not (binding.id or "").startswith(("app.", "screen.")):
                    shown = keys.all_shown(session.keymap.of(binding))
                    yield Found(binding.description, shown, name, _WORDS.get(binding.id or "", ""))


def name_of(screen: Screen[None]) -> str:
    """Return what the help calls a screen."""
    found = (name for name, nodes in keys.screens().items() if nodes[0] is type(screen))
    return next(found, "Desk" if isinstance(screen, DeskScreen) else "Dialog")
