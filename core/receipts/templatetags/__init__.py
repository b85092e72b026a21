"""Template tags of the receipts."""
