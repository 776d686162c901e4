"""What can be bought, as a plant file describes it: one kind of machine a file, its checks with it."""
