"""The machinery behind render.py: from hyperparameters and narration to a finished film."""
