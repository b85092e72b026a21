"""People, their roles, logins and sessions."""
