"""The command line: each command parses, calls the public function of its name, and prints what that returns."""

from detente.cli.app import app, main

__all__ = ["app", "main"]
