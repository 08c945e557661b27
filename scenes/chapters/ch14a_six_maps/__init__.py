"""Six maps of one mountain: one batch, push times count, and what each rule's pushes and fences make of it."""
