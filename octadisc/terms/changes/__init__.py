"""Changes: steps and slopes within issuers."""
