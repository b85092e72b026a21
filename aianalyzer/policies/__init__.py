"""The parts of an analysis as pure functions: no database, no network, no settings."""
