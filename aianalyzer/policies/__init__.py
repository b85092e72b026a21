"""What an analysis is made of, as pure functions: no database, no network, no settings."""
