"""Pages of approvals: the rules, and asking somebody on a record."""
