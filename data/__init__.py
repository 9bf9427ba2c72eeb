"""The shipped knowledge and example tables; no code."""
