"""Whether what is said and shown is true, readable and ready for upload."""
