"""The cluster that inputs add up to, and everything that can be said of it."""
