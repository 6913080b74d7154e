"""A place to ring without Discord: alerts as panels on a terminal, through rich."""
