"""Intrusion: what people can tell apart in a topic model, and what they cannot."""
