"""Keeps it: models, engine, queries and migrations."""
