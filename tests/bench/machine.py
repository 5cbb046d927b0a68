"""On what the figures were measured."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("python-telegram-bot", "SQLAlchemy", "aiosqlite", "asyncpg", "aiohttp", "uvloop")


def describe() -> str:
    """Name processor, cores, memory, load and versions, in one paragraph."""
    load, _, _ = os.getloadavg()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"*{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB; "
        f"{platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}; "
        f"load before the run {load:.1f}.*"
    )


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal"):
            return int(line.split()[1]) / 1024**2
    return 0.0


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text("utf-8").splitlines() if file.exists() else []
