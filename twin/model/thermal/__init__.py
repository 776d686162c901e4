"""How heat leaves the plant: pure functions on hourly arrays."""
