"""Pages of the working calendar: its set-up, and leave."""
