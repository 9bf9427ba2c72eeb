"""Compiled hot loops: typed memoryviews in, plain numbers out, no knowledge of tables."""
