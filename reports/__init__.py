"""What people look at: one page that needs no network, made from the contents of a run."""
