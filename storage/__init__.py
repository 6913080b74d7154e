"""What Tocsin remembers: SQLModel tables, one file of queries per aggregate, migrations.

Queries are plain functions over a SQLAlchemy connection; they commit nothing. Whoever opened the
transaction (`Database.transaction`, `write`, `read`) decides that. Tables stay in here: callers see
frozen values.
"""
