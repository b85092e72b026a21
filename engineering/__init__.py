"""ECN and CCN: changes of what was ordered, and the decisions on them."""
