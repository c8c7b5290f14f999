"""The corridor: the only place that imports rooms. It holds order, no rules.

`pipeline` is the way of the data in reading order, `desk` one desk's folder with its ledger, `day` one opening of it,
`account` one account in full, `make` how desks and scored files come to be. What people do there stands in parts of its
own: `alerts`, `decisions` about restrictions and measures, the `cards` that score, the `team` of several desks, the
`upkeep` of what is recorded.
"""
