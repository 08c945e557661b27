"""How far does the map hold? Maps from the side, a trust region, the best step inside it, and what it keeps."""
