"""From results to the brief: blocks, charts and their renderers."""
