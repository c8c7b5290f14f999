"""What people did: an append-only, hash-chained journal behind TinyDB, and what follows from it at a date.

`store.open_ledger` opens it, `projections.past` reads it.

What a line is            `line`, `document`, `tables`, `fields`, `ids`
Where lines are kept      `backend` says what one offers; `files` and `postgres` are the two
What stands on both       `appending`, `store`, `event_frame`, `kept`, `tries`, `claims`, `report`
What is done with it      `upkeep`, `replication`, `privacy`
"""
