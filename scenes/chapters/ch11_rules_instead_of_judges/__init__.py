"""Rules instead of judges: a checker, Tally and its lengths, dialects, pay for steps, and why the tree is too wide."""
