"""v1, as Cloud and Data Center answer it."""
