"""The line as discrete events: stations, units, operators, shifts and racks, on SimPy.

Times inside are minutes of the run. Start at `Network`, which puts a line together and runs it.
"""

from twin.sim.line.network import Controls, Network
from twin.sim.line.power_on import PowerOn
from twin.sim.line.shifts import Staffing
from twin.sim.line.streams import Streams

__all__ = ["Controls", "Network", "PowerOn", "Staffing", "Streams"]
