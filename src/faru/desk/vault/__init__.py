"""What must not lie about in clear: subjects, their keys, sealed fields and files, and the blind index."""
