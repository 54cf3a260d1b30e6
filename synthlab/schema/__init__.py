"""Read, check and explain schema files."""
