import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# In pieces, so that this file does not name them.
NOT_OURS = re.compile(
    "|".join(
        [
            r"pypi\.o" + "rg",
            r"python" + "hosted",
            r"npm" + r"js\.",
            r"deb\.deb" + r"ian\.org",
            r"(?:^|[^.\w])/(?:ro" + r"ot|wo" + r"rk|fa" + "rm)/",
        ]
    ),
    re.MULTILINE,
)


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8", errors="replace")
        for name in listed.split("\0")
        if name and (ROOT / name).is_file()
    }
    assert "pyproject.toml" in texts
    assert [
        f"{name}: {found.group()}"
        for name, text in texts.items()
        if (found := NOT_OURS.search(text))
    ] == []


def test_the_example_environment_names_every_setting_that_is_read() -> None:
    read = {
        name
        for path in [*(ROOT / "consult/settings").glob("*.py"), ROOT / "gunicorn.conf.py"]
        for name in re.findall(
            r'\benv(?:iron)?(?:\.\w+)?\(\s*"(\w+)"', path.read_text(encoding="utf-8")
        )
    }
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert read == set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
