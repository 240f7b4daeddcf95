"""Shares of topics, corrected by what people say of a sample of releases."""
