"""Pages of approvals: the rules, substitutes, deciding by a link, and asking somebody on a record."""
