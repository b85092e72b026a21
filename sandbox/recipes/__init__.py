"""How the sandbox company is made up: one module per kind of record.

The names are invented; the manufacturers and their product families are real, so
that lists look as an estimator expects, but the prices are not anybody's.
"""
