"""What a person keeps of a list, and what they do with many of its rows at once."""
