"""Backups: the database at one moment and every file that it names, signed, verified and put back."""

BACKUP = "backup"  # the row of PeriodicJob that says when the last one was made
