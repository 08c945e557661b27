"""Chapter 6: what happens when one batch of answers is used again."""
