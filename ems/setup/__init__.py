"""Setup in the portal: roles, approval rules, limits, times, and the old tables."""
