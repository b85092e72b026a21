"""The listener: hears the others, tells people; may be deleted."""
