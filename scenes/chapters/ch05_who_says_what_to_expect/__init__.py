"""Who says what to expect? One score at the end, a critic that forecasts it, and an advantage for every token."""
