"""The run folder: written whole or not at all, and read back."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sites.errors import InputError, Problem
from twin.model.contracts import Contract, LineResponse, Outcome, Plan, Prices, Weather

SCHEMA_VERSION = 1
GROUPS: dict[str, type[Contract]] = {
    "weather": Weather,
    "prices": Prices,
    "response": LineResponse,
    "plan": Plan,
    "outcome": Outcome,
}


@dataclass(frozen=True, eq=False)
class Run:
    """A run as it lies on disk: the two JSON documents and the contracts by group ("plan", "round1/plan" ...)."""

    folder: Path
    summary: dict[str, Any]
    manifest: dict[str, Any]
    contracts: Mapping[str, Contract]


def digest(document: object) -> str:
    """Return the SHA-256 of a JSON *document* with sorted keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest()


def file_digest(file: Path) -> str:
    """Return the SHA-256 of a *file*'s bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def to_json(document: object) -> str:
    """Return *document* as JSON text with sorted keys: equal documents give equal bytes."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def write_run(parent: Path, site: str, key: str, fill: Callable[[Path], None]) -> Path:
    """Make ``parent/<utc>-<site>-<hash8>/`` by filling a hidden folder and renaming it; `latest` points to it.

    *fill* writes the contents into the folder that it is given. Whatever fails, no half-written folder is left.
    """
    parent.mkdir(parents=True, exist_ok=True)
    hidden = Path(tempfile.mkdtemp(prefix=".writing-", dir=parent))
    try:
        fill(hidden)
        hidden.chmod(0o755)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        name = re.sub(r"[^A-Za-z0-9]+", "-", site).strip("-").lower() or "site"
        final = parent / f"{stamp}-{name}-{key[:8]}"
        number = 2
        while final.exists():
            final = parent / f"{stamp}-{name}-{key[:8]}-{number}"
            number += 1
        os.rename(hidden, final)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    _point_latest(parent, final)
    return final


def _point_latest(parent: Path, final: Path) -> None:
    link = parent / "latest"
    fresh = parent / f".latest-{os.getpid()}"
    try:
        fresh.symlink_to(final.name)
        os.replace(fresh, link)
    except OSError:  # a file system without links: the newest folder sorts last anyway
        fresh.unlink(missing_ok=True)


def write_contracts(file: Path, contracts: Mapping[str, Contract]) -> None:
    """Write *contracts* by group into one netCDF *file*."""
    for group, contract in contracts.items():
        contract.to_netcdf(file, group)


def read_run(folder: Path, rounds: int | None = None) -> Run:
    """Read a run *folder*; raises `InputError` when it is none. *rounds* limits how many rounds' plans are read."""
    wanted = ["summary.json", "manifest.json", "results.nc"]
    missing = [name for name in wanted if not (folder / name).is_file()]
    if missing:
        cure = "give the folder of a run, such as runs/latest"
        raise InputError(Problem(str(folder), f"no run: {', '.join(missing)} missing", cure))
    summary = json.loads((folder / "summary.json").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    groups = [group for group in manifest.get("groups", []) if rounds is None or "/" not in group]
    contracts = {group: GROUPS[group.rsplit("/", 1)[-1]].from_netcdf(folder / "results.nc", group) for group in groups}
    return Run(folder, summary, manifest, contracts)
