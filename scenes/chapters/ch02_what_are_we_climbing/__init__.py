"""What are we climbing? A company with two knobs, then three answers: a triangle, a plane, a mountain."""
