"""Running pandoc, the program that reads and writes documents, on what nobody has to trust."""

import subprocess
import tempfile

import pypandoc

# A draft of hundreds of pages takes ten; some bytes, made for it, would take for ever.
SECONDS = 30
# The largest heap that pandoc may have.
MEMORY = "1G"


class PandocFailed(Exception):
    """Pandoc gave nothing: what it said, in its own words, or that its time or memory ran out."""


def pandoc(arguments: list[str], data: bytes) -> bytes:
    """What pandoc makes of `data` with `arguments`; raises PandocFailed.

    It reads and writes no file but those that the arguments name, and asks no network.
    """
    command = [
        pypandoc.get_pandoc_path(),
        *("+RTS", f"-M{MEMORY}", "-RTS"),
        "--sandbox",
        *arguments,
        "--output=-",
    ]
    with tempfile.TemporaryDirectory() as directory:
        # Nobody's own defaults, templates or filters have a say.
        environment = {"HOME": directory, "XDG_DATA_HOME": directory, "LANG": "C.UTF-8"}
        try:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                cwd=directory,
                env=environment,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PandocFailed(f"no answer after {SECONDS} seconds") from error
        except OSError as error:
            raise PandocFailed(str(error)) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise PandocFailed(said or f"it ended with code {done.returncode}")
    return done.stdout
