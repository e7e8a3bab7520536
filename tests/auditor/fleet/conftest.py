"""Configurations of environments in the cloud, for what looks at their directories."""

from pathlib import Path

import pytest

from auditor.configuration import Configuration, load

AUTH = (
    '[defaults.auth]\nmethod = "client-secret"\ntenant = "contoso.example"\n'
    'client_id = "c0ffee"\nclient_secret = "env:NO_SUCH_SECRET"\n'
)
CONTOSO = '[environments.contoso]\nurl = "https://contoso.crm.dynamics.com"\n'
BOTH = "[discovery]\npower_platform = true\n"


@pytest.fixture
def configured(tmp_path: Path):
    def load_text(text: str) -> Configuration:
        path = tmp_path / "auditor.toml"
        path.write_text(AUTH + text, "utf-8")
        return load(path)

    return load_text
