"""Pages as staff and approvers get them."""
