"""Other ways to what the engine finds, slow and plain enough to be read as what is meant."""
