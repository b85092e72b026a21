"""Pages of support documents."""
