"""The page's own API. Filled in by `page_routes`."""

from starlette.routing import BaseRoute

from sandbox.acts import Acts
from sandbox.core import Core


def page_routes(core: Core, acts: Acts) -> list[BaseRoute]:
    """The routes under /page."""
    return []
