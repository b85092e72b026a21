"""Django's PostgreSQL, but a database that does not answer is asked by one request at a time."""
