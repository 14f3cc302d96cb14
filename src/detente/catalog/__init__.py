"""The cases that ship with détente."""
