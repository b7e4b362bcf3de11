"""The stages of the compiler, and what runs them."""
