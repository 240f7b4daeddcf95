"""Queries: one language for all that is looked for."""
