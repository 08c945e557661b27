"""What a rule sees: its objective on planes through parameter space, fixed points, and rules one edit apart."""
