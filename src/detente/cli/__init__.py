"""The command line: one command, one public function."""
