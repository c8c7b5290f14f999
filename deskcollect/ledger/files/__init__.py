"""The ledger in files: segments of lines with their indexes, behind TinyDB; durable, and whole after any crash.

`files.Files` is the backend, `storage` and `table` are what TinyDB sees, `journal` writes and `chain` reads. Nothing here
knows what a record means.
"""
