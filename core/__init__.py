"""The foundation: knows nothing of engineering; every app may lean on it."""
