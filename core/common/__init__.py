"""Old import paths: migrations that have landed name them. Nothing else may."""
