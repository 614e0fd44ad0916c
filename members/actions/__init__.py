"""Everything that changes something about people and firms, one verb a file."""
