"""How far does the map hold? Fog and a ring, the best step inside it, stretched knobs, twin answers, the price."""
