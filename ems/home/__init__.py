"""The home page: its parts, the department's figures, and what happened last."""
