"""The book of a lender: read, checked, aged, kept as dated snapshots, compared with the book before.

`files` finds and reads the tables (`delimited`, `objects` and `sheets` know one format each, `encoding` the text),
`headers` says which column is which, `values` and `dates` turn text into typed values, `findings` counts what is
wrong, `accounts` and `rows` say what must hold, `book` puts it together. `age`, `cycles`, `snapshots` and `changes`
work on what was read. `outcomes` reads what became of the accounts of a book.
"""
