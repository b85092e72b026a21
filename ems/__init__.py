"""The roof: composes every app; nobody imports it."""
