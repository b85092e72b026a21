"""Pages: lists, form fields, filter chips, the components as template tags."""
