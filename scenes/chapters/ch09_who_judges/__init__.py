"""Who judges? A reward model learns from pairs, and is fooled; the KL penalty, and how the KL is estimated."""
