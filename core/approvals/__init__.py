"""Approvals: the people who must agree, their order, and the outcome."""
