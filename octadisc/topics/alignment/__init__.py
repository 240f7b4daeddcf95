"""Alignment: which topic of one model is which of another, and which topics come back."""
