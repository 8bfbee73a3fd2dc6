"""PostgreSQL and Redis, which other servers stand on."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from platform import machine
from typing import Final

from tests.servers.grounds import answers, debian, free_port, run, running

_NOBODY: Final = 65534
_INIT: Final = """
{programs}/initdb -D {data} -U pg --auth=trust --locale=C -E UTF8 || exit
exec {programs}/postgres -D {data} -h 127.0.0.1 -p {port} -k {data} \\
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200
"""


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A database of its own, fast and forgetful; gives its address. ``folder`` must be open to an unprivileged user."""
    root = debian("postgres", ["postgresql-15"])
    libraries = {"LD_LIBRARY_PATH": f"{root}/usr/lib/{machine()}-linux-gnu"}
    data, port = folder / "data", free_port()
    data.mkdir()
    # It refuses to run as root, and an unprivileged user may not look into root's cache: there it is laid over /usr.
    is_root = os.getuid() == 0
    seen = Path("/usr/lib/postgresql/15/bin") if is_root else root / "usr/lib/postgresql/15/bin"
    script = _INIT.format(programs=shlex.quote(str(seen)), data=shlex.quote(str(data)), port=port)
    argv: list[str | Path] = [*_as_nobody(folder), "/bin/sh", "-c", script]
    if not is_root:
        argv = ["env", f"LD_LIBRARY_PATH={libraries['LD_LIBRARY_PATH']}", *argv]
    programs = root / "usr/lib/postgresql/15/bin"
    ask: list[str | Path] = ["-h", "127.0.0.1", "-p", str(port), "-U", "pg", "-d", "postgres"]
    ready: list[str | Path] = [programs / "pg_isready", "-q", *ask]
    log = folder.parent / f"{folder.name}.log"
    with running(argv, log=log, ready=lambda: _succeeds(ready, libraries), over=root if is_root else None):
        run(programs / "psql", "-q", *ask, "-c", "create database test", env=libraries)
        yield f"postgresql://pg:pg@127.0.0.1:{port}/test"


def tell(database: str, statement: str) -> None:
    """Carry a statement out in a database that ``postgres`` gave."""
    root = debian("postgres", ["postgresql-15"])
    libraries = {"LD_LIBRARY_PATH": f"{root}/usr/lib/{machine()}-linux-gnu"}
    run(root / "usr/lib/postgresql/15/bin/psql", "-q", database, "-c", statement, env=libraries)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing; gives its host and port."""
    root = debian("redis", ["redis-server"])
    port = free_port()
    library = f"LD_LIBRARY_PATH={root}/usr/lib/{machine()}-linux-gnu"
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    argv: list[str | Path] = ["env", library, root / "usr/bin/redis-server", *options]
    with running(argv, log=folder / "redis.log", ready=lambda: answers(port)):
        yield f"127.0.0.1:{port}"


def _as_nobody(folder: Path) -> list[str]:
    if os.getuid():
        return []
    for inside in (folder, *folder.iterdir()):
        os.chown(inside, _NOBODY, _NOBODY)
    return ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]


def _succeeds(argv: list[str | Path], env: dict[str, str]) -> bool:
    from tests.servers.grounds import Unavailable

    try:
        run(*argv, env=env)
    except Unavailable:
        return False
    return True
