"""The command line: one file a command. `output` alone writes stdout, `diagnostics` alone writes stderr."""
