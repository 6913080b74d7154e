"""How Alembic runs our migrations: on the connection it is given, inside that connection's transaction."""

from alembic import context

config = context.config
context.configure(
    connection=config.attributes["connection"],
    target_metadata=config.attributes["target_metadata"],
    render_as_batch=True,  # SQLite alters little: a table is rebuilt instead
)
with context.begin_transaction():
    context.run_migrations()
