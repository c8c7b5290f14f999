"""Alerts at a desk: their cases, what was warned of on earlier days and what came of it."""
