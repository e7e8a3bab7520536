"""An authority that says where it is found, and a certificate for the host that is looked at."""

from pathlib import Path

import pytest

from tests.connectors.mail_servers.servers import HOST, Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Path:
    return authority.issue(HOST)
