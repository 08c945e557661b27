"""What is handed out: the film, its captions, chapters and description, and single clips."""
