"""Proofs that nothing is lost, doubled or left untold: processes that die, and what is found afterwards."""
