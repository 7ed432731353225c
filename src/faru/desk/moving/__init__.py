"""A unit's rows from one database into another: SQLite to PostgreSQL, and into the file of a backup."""
