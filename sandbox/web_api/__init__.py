"""Slack's Web API: one module for each family of methods."""

from sandbox.web_api import apps, chat, conversations, files, people, surfaces
from sandbox.web_api.call import METHODS

__all__ = ["METHODS", "apps", "chat", "conversations", "files", "people", "surfaces"]
