"""Composition: what is said told from who publishes it."""
