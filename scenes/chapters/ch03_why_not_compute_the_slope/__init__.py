"""Why not just compute the slope? Known for three answers, out of reach for all texts, and estimated from batches."""
