"""What every API view and every request shares: wire names, errors, parsers, ETags, middleware."""
