# Addresses of balancers that end TLS further out, one a line, such as: 10.0.0.5 1;
