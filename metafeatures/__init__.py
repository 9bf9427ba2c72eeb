"""Meta-features of a table: a table in, named numbers out."""
