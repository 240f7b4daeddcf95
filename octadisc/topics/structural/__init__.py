"""The structural topic model: shares that depend on covariates, words that may."""
