"""Ground of every app; knows none of them."""
