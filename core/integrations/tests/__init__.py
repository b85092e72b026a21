"""Tests on real sockets: what each upstream may do to us, and what we do then."""
