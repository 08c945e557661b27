"""One file a format: each reads a file into a `Sheet` of columns, or refuses it in one sentence."""
