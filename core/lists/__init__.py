"""How a person keeps a list: views that are saved and shared, columns, density."""
