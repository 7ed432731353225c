"""Django's backend for SQLite, with a wait for the write lock that is fair to people."""
