"""Counts to and from other tools."""
