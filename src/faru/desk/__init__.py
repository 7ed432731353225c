"""The officers' web: from a foreign alert to a prosecutor's file, every step with its entry in the ledger."""
