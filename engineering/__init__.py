"""ECN and CCN: what must change, and who agreed."""
