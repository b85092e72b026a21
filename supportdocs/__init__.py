"""Support documents, and the jobs that have them."""
