"""Audits: what a query hits and misses, from coded samples."""
