"""Your own training: its log as curves and findings, and a batch of answers under the twelve rules."""
