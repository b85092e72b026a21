"""What every app may lean on, and what knows none of them."""
