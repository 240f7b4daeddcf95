"""Tokens on disk, and to and from other tools."""
