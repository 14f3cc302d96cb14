"""Text and model: how a scenario file becomes a scenario, and what is said of a file that does not."""

from detente.io.load import Loaded, check_text, load_scenario, parse_scenario, read, read_file
from detente.io.schema import scenario_schema

__all__ = ["Loaded", "check_text", "load_scenario", "parse_scenario", "read", "read_file", "scenario_schema"]
