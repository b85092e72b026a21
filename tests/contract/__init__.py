"""What integrators may rely on: paths, shapes, statuses."""
