"""Calibration: what an event log says of a line, as laws and shares that a plant file can hold."""
