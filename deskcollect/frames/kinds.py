"""Each table has a type of its own, so that one cannot be taken for another."""

from __future__ import annotations

from typing import NewType

import polars as pl

Accounts = NewType("Accounts", pl.LazyFrame)
Statements = NewType("Statements", pl.LazyFrame)
Payments = NewType("Payments", pl.LazyFrame)
Transactions = NewType("Transactions", pl.LazyFrame)
ContactPoints = NewType("ContactPoints", pl.LazyFrame)
Numbers = NewType("Numbers", pl.LazyFrame)
Aged = NewType("Aged", pl.LazyFrame)
Cycles = NewType("Cycles", pl.LazyFrame)
Features = NewType("Features", pl.LazyFrame)
Points = NewType("Points", pl.LazyFrame)
Effects = NewType("Effects", pl.LazyFrame)
Scores = NewType("Scores", pl.LazyFrame)
Compared = NewType("Compared", pl.LazyFrame)
Trend = NewType("Trend", pl.LazyFrame)
Conduct = NewType("Conduct", pl.LazyFrame)
Events = NewType("Events", pl.LazyFrame)
Past = NewType("Past", pl.LazyFrame)
Promises = NewType("Promises", pl.LazyFrame)
PromiseFacts = NewType("PromiseFacts", pl.LazyFrame)
Tries = NewType("Tries", pl.LazyFrame)
Rates = NewType("Rates", pl.DataFrame)
Reach = NewType("Reach", pl.LazyFrame)
Recovery = NewType("Recovery", pl.LazyFrame)
Tiered = NewType("Tiered", pl.LazyFrame)
Signals = NewType("Signals", pl.LazyFrame)
Levelled = NewType("Levelled", pl.LazyFrame)
Sightings = NewType("Sightings", pl.LazyFrame)
Alerts = NewType("Alerts", pl.LazyFrame)
Facts = NewType("Facts", pl.LazyFrame)
Worklist = NewType("Worklist", pl.LazyFrame)
Looks = NewType("Looks", pl.LazyFrame)
Warned = NewType("Warned", pl.LazyFrame)
Known = NewType("Known", pl.LazyFrame)
DecidedCases = NewType("DecidedCases", pl.LazyFrame)
Restricted = NewType("Restricted", pl.LazyFrame)
Release = NewType("Release", pl.LazyFrame)
