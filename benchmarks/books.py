"""Large books for measuring: the real book repeated under new account numbers, written once into a folder."""

from __future__ import annotations

from pathlib import Path

import polars as pl

REAL = Path(__file__).resolve().parent.parent / "sample_data" / "taiwan"


def repeated(folder: Path, accounts: int) -> Path:
    """Return a book of that many accounts in Parquet; statements are in (account_id, statement_date) order."""
    target = folder / f"book-{accounts}"
    if (target / "statements.parquet").is_file():
        return target
    target.mkdir(parents=True, exist_ok=True)
    real = pl.read_parquet(REAL / "accounts.parquet")
    copies = -(-accounts // real.height)
    parts = [_numbered(real, copy) for copy in range(copies)]
    chosen = pl.concat(parts).sort("account_id").head(accounts)
    chosen.write_parquet(target / "accounts.parquet")
    statements = pl.read_parquet(REAL / "statements.parquet")
    rows = pl.concat([_numbered(statements, copy) for copy in range(copies)])
    kept = rows.join(chosen.select("account_id"), on="account_id", how="semi")
    kept.sort("account_id", "statement_date").write_parquet(target / "statements.parquet")
    return target


def _numbered(table: pl.DataFrame, copy: int) -> pl.DataFrame:
    """Return a copy under account numbers of its own."""
    return table.with_columns((pl.lit(f"R{copy:03}-") + pl.col("account_id")).alias("account_id"))


def copied(book: Path, times: int) -> Path:
    """Return a book of so many copies of another under account numbers in rising order, made without holding it."""
    target = book.with_name(f"{book.name}-times-{times}")
    target.mkdir(exist_ok=True)
    for table in ("accounts", "statements"):
        if not (target / f"{table}.parquet").is_file():
            rows = pl.scan_parquet(book / f"{table}.parquet")
            parts = [
                rows.with_columns((pl.lit(f"{copy:03}") + pl.col("account_id")).alias("account_id"))
                for copy in range(times)
            ]
            pl.concat(parts).sink_parquet(target / f"{table}.parquet")
    return target


def mixed(book: Path, table: str) -> Path:
    """Return the same book with the rows of one table in no order."""
    target = book.with_name(f"{book.name}-{table}-mixed")
    target.mkdir(exist_ok=True)
    for file in book.glob("*.parquet"):
        if not (target / file.name).is_file():
            rows = pl.read_parquet(file)
            rows = rows.sample(fraction=1, shuffle=True, seed=1) if file.stem == table else rows
            rows.write_parquet(target / file.name)
    return target
