"""Running, building and testing the system as a whole."""
