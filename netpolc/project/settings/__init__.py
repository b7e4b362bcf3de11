"""The reading of netpolc.toml: one module for what a kind of value may be."""
