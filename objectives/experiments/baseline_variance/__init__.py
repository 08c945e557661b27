"""What a constant subtracted from every reward does to REINFORCE's gradient and to its runs."""
