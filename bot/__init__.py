"""Runs it: settings, assembly, HTTP, Socket Mode, scheduler, command line."""
