"""Pages of BOM approval."""
