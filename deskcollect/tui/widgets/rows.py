"""The rows behind a table: an immutable frame, an order over it, and pages of it fetched as they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.cache import LRUCache

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl  # not before the first paint: it takes a quarter of a second

PAGE = 256
PAGES_KEPT = 16


class Rows:
    """Rows of a frame in an order, addressed by position and by key.

    The frame is never copied or changed: an order is a series of row numbers.

    Args:
        frame: Any columns, among them `key`, whose values are unique. None: no rows.
        order: Row numbers of the frame; None: all, as they stand.
        key: Name of the key column.
    """

    def __init__(self, frame: pl.DataFrame | None, order: pl.Series | None, key: str) -> None:
        self.frame = frame
        self.order = order
        self.key = key
        self._pages: LRUCache[int, pl.DataFrame] = LRUCache(PAGES_KEPT)

    def __len__(self) -> int:
        if self.frame is None:
            return 0
        return self.frame.height if self.order is None else self.order.len()

    def row(self, position: int) -> Mapping[str, Any]:
        """Return the row at a position."""
        page, within = divmod(position, PAGE)
        return self._page(page).row(within, named=True)

    def key_at(self, position: int) -> str | None:
        """Return the key at a position, None outside the rows."""
        if self.frame is None or not 0 <= position < len(self):
            return None
        return str(self.frame[self.key][self._index(position)])

    def find(self, key: str | None) -> int | None:
        """Return the position of a key, None if the order does not show it."""
        if key is None or self.frame is None or self.frame.height == 0:
            return None
        index = self.frame[self.key].index_of(key)
        if index is None or self.order is None:
            return index
        return self.order.index_of(index)

    def keys(self) -> list[str]:
        """Return all keys in their order."""
        if self.frame is None:
            return []
        column = self.frame[self.key]
        return (column if self.order is None else column.gather(self.order)).to_list()

    def fit(self, frame: pl.DataFrame) -> bool:
        """Tell whether another frame holds the same keys in the same places, so that the order holds for it too."""
        return self.frame is None or self.frame[self.key].equals(frame[self.key])

    def _index(self, position: int) -> int:
        """Return the frame's row number at a position."""
        return position if self.order is None else int(self.order[position])

    def _page(self, page: int) -> pl.DataFrame:
        """Return a page, gathered once."""
        found = self._pages.get(page)
        if found is None:
            assert self.frame is not None
            start = page * PAGE
            found = self.frame.slice(start, PAGE) if self.order is None else self.frame[self.order.slice(start, PAGE)]
            self._pages[page] = found
        return found
