"""What the bundled cards learn from, how they judge, and what their model cards say."""
