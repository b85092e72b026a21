"""Pages under /activities/."""
