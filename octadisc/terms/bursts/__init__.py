"""Bursts: stretches of time with much more of something."""
