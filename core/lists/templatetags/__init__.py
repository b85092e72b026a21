"""Template tags of lists that can be worked."""
