"""A case under the agreed policy, from its opening to the prosecutor's outcome."""
