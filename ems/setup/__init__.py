"""Setup in the portal: who may what, what is asked of whom, limits, times, and the old tables."""
