"""What is a policy? A cat in a house, a robot in a maze, a model mid-sentence: a chance for each action."""
