"""What is asked for: the film, its chapters and clips, hyperparameters and scripts, read from text files."""
