"""What a prefix of an answer is worth, exactly and as a critic learns it."""
