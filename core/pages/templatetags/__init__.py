"""The components that templates may use."""
