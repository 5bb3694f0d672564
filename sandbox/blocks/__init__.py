"""Block Kit as Slack accepts it: models of every block and element, and the checks that need more than one of them."""

from sandbox.blocks.check import Surface, check_blocks, check_view

__all__ = ["Surface", "check_blocks", "check_view"]
