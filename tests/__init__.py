"""The tests. Scenarios act as people do, through the sandbox."""
