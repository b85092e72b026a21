"""The shared idea of deciding: who must say yes, in which order, and what follows."""
