"""Means it: rules and use cases. Knows no Slack, no HTTP and no SQL text."""
