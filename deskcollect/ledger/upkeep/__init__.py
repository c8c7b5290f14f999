"""What is done to a whole ledger in files: repaired, backed up, restored, exported, its oldest part let go."""
