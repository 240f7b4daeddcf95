"""Phrases: several words as one term, from a list or found."""
