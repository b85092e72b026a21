"""Backups: the database at one moment and every file that it names, signed, verified and put back."""
