"""Forms: what a type is counted as, and what it is in a language."""
