"""The ledger of a team on a PostgreSQL server: one more desk, with an id and a chain of the very same lines.

Only `opening` may be imported where psycopg may be missing, or where starting has to be quick.
"""
