"""Planning: corpora drawn from a known model, and how many releases a study needs."""
