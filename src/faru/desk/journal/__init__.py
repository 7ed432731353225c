"""The ledger in the database: entries written with the change they tell of, sealed in batches."""
