"""The switch from the old system: its database read, mended, written into EMS, and compared.

Above all apps and imported by none: a company needs it once.
"""
