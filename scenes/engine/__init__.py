"""What every clip stands on: the stage, its timeline, ink, lettering, painting, and the checker of layouts."""
