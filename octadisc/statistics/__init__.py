"""Statistics that respect releases and issuers."""
