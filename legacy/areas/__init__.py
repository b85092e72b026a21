"""What each part of the old database becomes, in the order in which it is read."""
