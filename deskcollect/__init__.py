"""deskcollect, an offline terminal desk for a lender's collections team.

The way of the data::

    book (files) -> portfolio -> scoring -> monitoring -> strategy -> worklist
                                    ^                                     |
                                    |                                     v
                                  ledger  <-------- outcome recorded by a person

Rooms (portfolio, scoring, monitoring, strategy, ledger) receive frames and records and never import one another;
`desk` is the corridor that joins them in reading order. Two front doors, `tui` and `cli`, use only the corridor and
`present`, which puts numbers into words. The floor (vocabulary, errors, settings, desk_toml, clock, card_number, currency, near, own,
protected, resources, aside, records, frames, policy) is known to everyone and knows nobody.
"""

import os

__version__ = "0.1.0"

# Polars gives memory back to the system after half a second and fetches it anew, which takes a third of the time of opening
# a large desk. It reads this when it is loaded.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")
