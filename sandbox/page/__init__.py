"""The page's own JSON API, under /page: what a person's browser reads and does."""

from sandbox.page.routes import page_routes

__all__ = ["page_routes"]
