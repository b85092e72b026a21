"""Commands of the receipts."""
