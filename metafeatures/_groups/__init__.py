"""The meta-features: one module per group, one registered function per meta-feature."""
