"""A post's way: poll, enrich, ingest, deliver. Knows no way out of the house but the Ringer protocol."""
