"""The tables of a ledger: what kinds of lines stand on one chain, and what the document of each holds.

EVENTS      what people did, as `records.Event`; the only table that goes to other desks.
MERGES      one a merge, written behind the entries that it brought: `desk`, `seq` and `hash` of the last line of the
            other desk's chain that was taken in, `heads` (the same by desk id for every further desk whose entries came
            with it, as [seq, hash]), `new` (how many entries it wrote), `here`, `by`, `merged_at`, and `own_seq`, the
            number of the last line before the merge; where there is anything to say, also `knew`, the number of the last
            own line that the other desk had, and `skipped`, the ids of entries that somebody left out; and `whole`, the
            sum of this record and of all up to the number `to`: `heads` and `knew` by desk, `skipped`. Heads are never
            passed on, so that two desks that merge to and fro come to an end.
ADOPTIONS   one a new desk id: `was`, `now`, `after` (lines above this number belong to `now`, even where they say
            `was`), `by`, `adopted_at`.
REPAIRS     one or more a repair, in one batch: `gaps`, each with `file`, `after` ([seq, hash] of the last good line
            before it), `before` ([seq, prev] of the first one behind) and `bytes` moved to the quarantine; `by`,
            `repaired_at`. They are the first lines of a new segment; where the newest lines are lost, their numbers are
            passed over.
RETIRED     one a retention: `from` and `to`, the numbers of the segments that were dropped, `seq` and `hash` of the line
            that the chain is tied to now, `by`, `retired_at`, and what else was told of it: `years`, `before` (the time
            that all of it is older than), `first` and `records`, `oldest` and `newest`, and `carried`, what the chain
            knew of other desks (see `replication.carried`).
ERASURES    one an erasure that came to its end: `events`, how many records lost their content in it, and `erased_at`. It
            stands behind what was rewritten, so that every program that has read those records begins anew.
ERASED      not written as such: an event whose content was erased, in place, by a line that keeps its number, hash,
            length and `event_id` and nothing else (see `line`). Each is named by an event ERASED.
"""

from __future__ import annotations

EVENTS = "events"
MERGES = "merges"
ADOPTIONS = "adoptions"
REPAIRS = "repairs"
RETIRED = "retired"
ERASURES = "erasures"
ERASED = "erased"
