"""The corridor: the only place that imports rooms. It holds order, no rules.

`pipeline` is the way of the data in reading order, `desk` one desk's folder with its ledger, `day` one opening of it,
`account` one account in full, `make` how desks and scored files come to be, `judge` a card held against outcomes, `drift`
a book held against those before it. `lessons` is what books teach, `leakage` what they may not know, `challenger`,
`training` and `recalibration` the cards that come of it.
"""
