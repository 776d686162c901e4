"""How power reaches the plant, is stored and is made on site: pure functions on hourly arrays."""
