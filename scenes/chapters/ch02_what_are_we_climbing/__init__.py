"""What are we climbing? One question, three answers: odds, a triangle, a plane, a mountain."""
