"""A writer of the search's index is killed at any moment: nothing is broken, and nothing is lost.

INDEX_KILLS says how often (10); a hundred take some five minutes.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.serving import ROOT, environment_of, manage

KILLS = int(os.environ.get("INDEX_KILLS", "5"))


def test_a_killed_writer_leaves_an_index_that_is_well_and_an_outbox_that_replays(tmp_path: Path):
    environment = environment_of(tmp_path) | {"WORKER": "0"}
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "rebuild_index")
    done = subprocess.run(
        [sys.executable, "-m", "tests.outside.killing", str(KILLS)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=30 + 30 * KILLS,
    )
    assert done.returncode == 0
    found = json.loads(done.stdout)
    print(f"\n{KILLS} kills, {found['cut']} within a commit; wrong: {found['wrong'] or 'none'}")
    assert found["wrong"] == []
    assert KILLS < 10 or found["cut"]
