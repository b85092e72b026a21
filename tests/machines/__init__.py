"""What compose.yaml describes, on many machines: each service in a network namespace of its own.

    sudo python -m tests.machines --seconds 60
    sudo python -m tests.machines --sabotage ticks

There is no container engine in it: the services of the file are started by the programs of this
machine, in its order, with its variables, commands and health checks, on its networks. Two web
servers and two workers share PostgreSQL, Redis and an S3 server behind the proxy; people work
through the proxy while machines are killed and cut off.
"""
