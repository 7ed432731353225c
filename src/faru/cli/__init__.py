"""`faru`: one verb per job, thin. Engines do the work; a command reads options, calls one, and prints."""
