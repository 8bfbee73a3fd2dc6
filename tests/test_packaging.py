"""The wheel holds all that is needed at run time, and works from an empty environment in another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from cmday import __version__

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as ``pip install .`` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    try:
        import hatchling  # noqa: F401  without it pip must fetch it to build

        isolation = ["--no-build-isolation"]
    except ImportError:
        isolation = []
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", *isolation, "-w", str(folder), str(ROOT)],
        check=True,
        timeout=300,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_its_version_is_the_one_that_the_command_prints(wheel: Path) -> None:
    assert wheel.name == f"cmday-{__version__}-py3-none-any.whl"


def test_it_holds_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as contents:
        inside = set(contents.namelist())
    wanted = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "cmday").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }
    assert wanted - inside == set()
    assert "cmday/starter/config.toml" in inside
    assert "cmday/starter/feeds.toml" in inside
    assert any(name.startswith("cmday/storage/migrations/") and name.endswith(".sql") for name in inside)
    assert "cmday/locale/fr/LC_MESSAGES/cmday.mo" in inside
    assert any(name.startswith("cmday/demo/") and not name.endswith(".py") for name in inside)


def test_it_works_from_an_empty_environment_in_another_folder(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "environment"
    venv.create(place, with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(place), "platbase": str(place)}))
    with zipfile.ZipFile(wheel) as contents:
        contents.extractall(site)
    # Its dependencies are those of this environment, so that the test needs no network; cmday is the wheel's own.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = place / "bin/python"
    environment = {
        "PATH": os.environ["PATH"],
        "CMDAY_HOME": str(tmp_path / "home"),
        "CMDAY_NOW": "2026-11-02T08:31:00+01:00",
        "LANG": "C.UTF-8",
    }

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, *argv], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    where = run("-c", "import cmday; print(cmday.__file__)")
    assert where.stdout.startswith(str(place)), where
    assert run("-m", "cmday", "--version").stdout == f"cmday {__version__}\n"
    script = "from importlib.metadata import entry_points as e; e(group='console_scripts')['cmday'].load()()"
    assert run("-c", script, "--version").stdout == f"cmday {__version__}\n"
    start = run("-m", "cmday", "start", "--offline")
    assert start.returncode == 0, start.stderr
    assert (tmp_path / "home/config.toml").is_file()
    assert (tmp_path / "home/feeds.toml").is_file()
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0
