"""What several meta-features need: each computed once per table, when the first of them asks."""
