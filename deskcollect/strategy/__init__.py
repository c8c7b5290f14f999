"""Strategy: tiers, treatments, promises and the order of the worklist, all decided by policy files."""
