"""Chapter 12: groups that agree teach nothing, and what DAPO does about it."""
