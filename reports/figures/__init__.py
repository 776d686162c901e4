"""The figures of the page, one a file: each takes the run's contents and returns a `Panel`, or None without data."""
