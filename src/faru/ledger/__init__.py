"""Merkle log, signed checkpoints, proofs. Empty on purpose: importing `verify` pulls nothing else in."""
