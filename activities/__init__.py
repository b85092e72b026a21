"""Plans work, and follows it from PIC over SPV to manager."""
