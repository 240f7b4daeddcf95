"""Keyness: what some releases say more often than others."""
