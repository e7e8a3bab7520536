"""Migrations of the history's tables, one for each released shape. Alembic runs them."""
