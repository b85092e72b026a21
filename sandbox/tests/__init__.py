"""The stand-ins are what they claim to be, and every fault really strikes."""
