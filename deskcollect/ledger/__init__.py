"""What people did: an append-only, hash-chained journal behind TinyDB, and what follows from it at a date.

`store.open_ledger` opens it, `projections.past` reads it. Every other module here is a part of those two.
"""
