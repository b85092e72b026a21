"""Asks the AI about an inquiry or a document; keeps source and answer."""
