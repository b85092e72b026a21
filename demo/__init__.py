"""The demo company; the container image leaves it out."""
