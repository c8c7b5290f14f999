"""Looking after what is recorded at a desk: copies, repair, erasure, retention, keys."""
