"""Effects: what covariates do to the shares of topics, with all that is not known."""
