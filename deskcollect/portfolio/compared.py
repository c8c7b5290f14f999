"""What a book says of the same account otherwise than the book before it: number, address, income."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames

if TYPE_CHECKING:
    from deskcollect.portfolio.book import Book

_PHONE, _ADDRESS = "mobile", "address"


def compared(now: Book, before: Book | None) -> frames.Compared:
    """Compare each account with the book before.

    A number or address has changed where both books hold one and no digit for digit, or word for word, the same: that a
    lender writes it otherwise is no change. What stands in the contacts counts for all accounts of the customer.

    Shape: one row an account of the newer book, in its order.
    Nulls: where the book before has not the account, or either book holds no number, no address.
    """
    ids = now.accounts.select("account_id", "customer_id")
    if before is None:
        nothing = (pl.lit(None, column.dtype).alias(column.name) for column in frames.COMPARED[1:])
        return frames.Compared(frames.stamp(ids.with_columns(nothing), frames.COMPARED))
    fields = ("phone", "address")
    was = before.accounts.select(
        "account_id", *(pl.col(name).alias(f"{name}_was") for name in fields), income_before="income_monthly"
    )
    both = now.accounts.select("account_id", "customer_id", *fields).join(
        was, on="account_id", how="left", maintain_order="left"
    )
    both = both.with_columns(
        _differs("phone", r"\D").alias("phone_changed"), _differs("address", r"[^\p{L}\p{N}]").alias("address_changed")
    )
    for kind, name, noise in ((_PHONE, "phone_changed", r"\D"), (_ADDRESS, "address_changed", r"[^\p{L}\p{N}]")):
        told = _contact(now, before, kind, noise)
        both = both.join(told, on="customer_id", how="left", maintain_order="left").with_columns(
            pl.max_horizontal(name, "changed").alias(name)
        )
        both = both.drop("changed")
    return frames.Compared(frames.stamp(both, frames.COMPARED))


def _plain(column: str, noise: str) -> pl.Expr:
    """Return a text without what makes no difference; null if nothing is left."""
    text = pl.col(column).str.to_lowercase().str.replace_all(noise, "")
    return pl.when(text != "").then(text)


def _differs(name: str, noise: str) -> pl.Expr:
    """Say whether a column differs from the one of the book before; the same text is not looked at closely."""
    same = pl.col(name) == pl.col(f"{name}_was")
    return pl.when(same).then(pl.lit(value=False)).otherwise(_plain(name, noise) != _plain(f"{name}_was", noise))


def _contact(now: Book, before: Book, kind: str, noise: str) -> pl.LazyFrame:
    """Return for customers with a contact of a kind in both books whether none of them is the same."""
    chosen = pl.col("kind") == kind
    held = [
        book.contacts.filter(chosen).select("customer_id", _plain("value", noise).alias("value")).drop_nulls()
        for book in (now, before)
    ]
    kept = held[0].join(held[1], on=["customer_id", "value"], how="semi").select("customer_id").unique()
    in_both = held[0].select("customer_id").unique().join(held[1], on="customer_id", how="semi")
    return in_both.join(kept.with_columns(pl.lit(value=True).alias("same")), on="customer_id", how="left").select(
        "customer_id", pl.col("same").is_null().alias("changed")
    )
