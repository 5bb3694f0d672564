"""Alembic's entry: runs on the connection that storage.migrate hands over."""

from alembic import context

import storage.models  # noqa: F401 - fills the metadata
from storage.base import Model

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
