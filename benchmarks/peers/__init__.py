"""Our losses against the libraries themselves, in the releases that docs/conventions.md names: `make peers`."""
