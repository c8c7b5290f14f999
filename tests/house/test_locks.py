"""The pins are in step with pyproject.toml, hold hashes, and agree with one another."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT

RUN, DEV, BUILD = "requirements.txt", "requirements-dev.txt", "requirements-build.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = (("linux", "posix", "Linux"), ("darwin", "posix", "Darwin"), ("win32", "nt", "Windows"))


@dataclass(frozen=True)
class Pin:
    """One pinned package."""

    name: str
    version: str
    marker: str
    hashes: int


def read_pins(text: str) -> list[Pin]:
    """Read the pins of a requirements file."""
    pins = []
    for block in re.split(r"\n(?=\S)", text.strip()):
        requirement = Requirement(re.split(r" *\\\n", block)[0])
        [version] = [part.version for part in requirement.specifier if part.operator == "=="]
        hashes = len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block))
        pins.append(Pin(canonicalize_name(requirement.name), version, str(requirement.marker or ""), hashes))
    return pins


def pins(name: str) -> list[Pin]:
    return read_pins((ROOT / name).read_text(encoding="utf-8"))


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked(group: str) -> list[Requirement]:
    """Return the requirements of a dependency group, groups it includes too."""
    found = []
    for entry in project()["dependency-groups"][group]:
        found += asked(entry["include-group"]) if isinstance(entry, dict) else [Requirement(entry)]
    return found


def unmet(requirements: list[Requirement], name: str) -> list[str]:
    """Return the requirements that a file pins nowhere, or at a version they do not allow."""
    versions: dict[str, list[str]] = {}
    for pin in pins(name):
        versions.setdefault(pin.name, []).append(pin.version)
    return [
        str(wish)
        for wish in requirements
        if not (found := versions.get(canonicalize_name(wish.name))) or not all(v in wish.specifier for v in found)
    ]


def test_what_the_program_needs_is_pinned() -> None:
    assert unmet([Requirement(entry) for entry in project()["project"]["dependencies"]], RUN) == []


def test_what_developers_need_is_pinned() -> None:
    wanted = [Requirement(entry) for entry in project()["project"]["dependencies"]] + asked("dev")
    assert unmet(wanted, DEV) == []


def test_what_builds_the_wheel_is_pinned() -> None:
    wanted = [Requirement(entry) for entry in project()["build-system"]["requires"]] + asked("build")
    assert unmet(wanted, BUILD) == []


@pytest.mark.parametrize("name", [RUN, DEV, BUILD])
def test_every_pin_has_hashes(name: str) -> None:
    assert [pin.name for pin in pins(name) if not pin.hashes] == []


@pytest.mark.parametrize("name", [RUN, BUILD])
def test_developers_run_what_users_run(name: str) -> None:
    developers = {(pin.name, pin.version) for pin in pins(DEV)}
    assert {(pin.name, pin.version) for pin in pins(name)} <= developers


@pytest.mark.parametrize("name", [RUN, DEV, BUILD])
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system[0])
@pytest.mark.parametrize("python", PYTHONS)
def test_a_package_has_one_version_on_each_machine(name: str, system: tuple[str, str, str], python: str) -> None:
    platform, os_name, platform_system = system
    machine = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "os_name": os_name,
        "platform_system": platform_system,
        "platform_python_implementation": "CPython",
    }
    names = [pin.name for pin in pins(name) if not pin.marker or Marker(pin.marker).evaluate(machine)]
    assert sorted(names) == sorted(set(names))


def test_a_pin_is_read_with_its_marker_and_hashes() -> None:
    text = (
        "Rich==15.0 ; sys_platform == 'win32' \\\n    --hash=sha256:" + "a" * 64 + " \\\n    --hash=sha256:" + "b" * 64
    )
    assert read_pins(text) == [Pin("rich", "15.0", 'sys_platform == "win32"', 2)]
