"""The Nu validator, over files."""

import json
import subprocess
from pathlib import Path

VALIDATOR = Path(__file__).resolve().parents[2] / "node_modules/vnu-jar/build/dist/vnu.jar"


def errors_in(pages: dict[str, str], folder: Path) -> list[str]:
    """What the Nu validator has against the HTML of `pages`, by their addresses."""
    assert VALIDATOR.exists(), "The Nu validator is not installed: make tools"
    addresses = {}
    for number, (address, html) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(html, encoding="utf-8")
        addresses[path.as_uri().replace("file:///", "file:/")] = address
    said = subprocess.run(
        ["java", "-jar", VALIDATOR, "--errors-only", "--format", "json", folder],
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    return [
        f"{addresses[message['url']]} line {message['lastLine']}: {message['message']}"
        for message in json.loads(said)["messages"]
    ]
