"""Models that are slow, short and plain, to hold the compiler against."""
