"""Several desks: bundles of verbatim lines that prove themselves, taken in by any desk in any order, or by a server."""
