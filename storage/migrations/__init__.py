"""Alembic migrations, append-only: a released one never changes."""
