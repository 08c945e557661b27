"""GRPO as a whole: the leash in the loss, the loss that rises, and the objective as its paper writes it."""
