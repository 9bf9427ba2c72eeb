"""Tables larger than memory: read in batches into states that merge, and a sample of the rows."""
