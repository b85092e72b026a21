"""The web server's side of a request: connections, bodies in and out, what may come in."""
