"""Policies as data: read, checked with file and line, compiled to Polars expressions."""
