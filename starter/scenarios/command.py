"""`persession scenario FILE...`: run each file, print every difference; exit 1 for one, 2 for a wrong file."""

import asyncio
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from models.errors import Refused
from starter.sandbox.databases import template
from starter.scenarios.file import Scenario, WrongFile, read
from starter.scenarios.outcome import differences
from starter.scenarios.run import live
from starter.scenarios.values import as_text


def main(files: list[Path], as_json: bool, template_url: str = "") -> int:
    """Run the files in order, each on a copy of the template (else of one made for them); the command's exit code."""
    try:
        scenarios = [(path, read(path)) for path in files]
    except WrongFile as wrong:
        print(wrong, file=sys.stderr)
        return 2
    quiet()
    if template_url:
        return max([report(path, scenario, as_json, template_url) for path, scenario in scenarios], default=0)
    with TemporaryDirectory(prefix="persession-database-") as home, template(Path(home)) as url:
        return main(files, as_json, url)


def report(path: Path, scenario: Scenario, as_json: bool, template_url: str) -> int:
    """Run one and say what came out."""
    try:
        found = asyncio.run(live(scenario, template_url))
        differing = list(differences(scenario.expect, found))
    except Refused as refused:
        found, differing = {}, [f"an event was refused: {refused}"]
    if as_json:
        told = {"file": str(path), "name": scenario.name, "differences": differing, **found}
        print(json.dumps(told, default=as_text))
    else:
        print(f"{'differs' if differing else 'ok     '}  {path.name}: {scenario.name}")
        for line in differing:
            print(f"         {line}")
    return 1 if differing else 0


def quiet() -> None:
    """The time-skipping server is older than the SDK would like, and says so at every start: not news here."""
    errors = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=errors)), error_if_already_set=False)
