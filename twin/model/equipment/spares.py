"""N+1: machines that stand by while the others work."""

from __future__ import annotations

from sites.errors import Problem


def spare_problems(spare: int, most: int, machines: str, most_key: str = "most") -> list[Problem]:
    """What is wrong where of at most *most* *machines* (key *most_key*) as many stand by: none is left to work."""
    if spare < most:
        return []
    what = f"value {spare}: of at most {most} {machines} none is left to work"
    return [Problem("spare", what, f"give less than {most}, or a larger {most_key}")]
