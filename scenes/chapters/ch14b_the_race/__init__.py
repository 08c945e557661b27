"""Twenty steps, the same dice: six walks, what each rule expects on the way, and which differences survive new dice."""
