"""What production insists on."""

import os
import subprocess
import sys

import pytest

SHOW = "import consult.settings.production as s; print(getattr(s, 'SECURE_PROXY_SSL_HEADER', ''))"


def start(tmp_path: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Read the production settings with `environment`, and nothing else that they look at."""
    # Empty is as good as unset, and wins over a file .env.
    unset = {"SECRET_KEY": "", "ALLOWED_HOSTS": "", "TRUSTED_PROXIES": "0"}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env=os.environ | unset | {"VAR_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "environment",
    [{}, {"SECRET_KEY": "a secret"}, {"ALLOWED_HOSTS": "consulta.example.org"}],
)
def test_production_refuses_to_start_without_its_secret_and_its_names(
    tmp_path: object, environment: dict[str, str]
) -> None:
    result = start(tmp_path, **environment)
    assert result.returncode == 1
    assert "Set SECRET_KEY, ALLOWED_HOSTS and TRUSTED_PROXIES" in result.stderr


@pytest.mark.parametrize(("proxies", "believed"), [("0", False), ("1", True)])
def test_who_speaks_https_is_believed_of_ones_own_proxy_only(
    tmp_path: object, proxies: str, believed: bool
) -> None:
    result = start(
        tmp_path,
        SECRET_KEY="a secret",
        ALLOWED_HOSTS="consulta.example.org",
        TRUSTED_PROXIES=proxies,
    )
    assert result.returncode == 0
    assert ("HTTP_X_FORWARDED_PROTO" in result.stdout) is believed
