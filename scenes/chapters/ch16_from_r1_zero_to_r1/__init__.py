"""R1's pipeline, stage by stage and on a toy, and how small models learn from it."""
