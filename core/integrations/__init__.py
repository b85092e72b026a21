"""The outside world: the auth server, CRM, PPIC, meeting and AI, as plain Python."""
