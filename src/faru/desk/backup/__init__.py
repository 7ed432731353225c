"""The whole unit in one encrypted file, and back."""
