"""Several desks with one book: bundles, a server, claims and shares."""
