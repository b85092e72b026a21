"""Text and numbers: formatting, cleaning, comparing, reading what people typed."""
