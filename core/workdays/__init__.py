"""The working calendar of the company: its week, its holidays, and who is on leave."""
