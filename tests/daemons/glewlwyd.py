"""Starts a real OpenID Connect provider on loopback: Debian's Glewlwyd."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

import requests

from tests.daemons.loopback import free_address, wait_until_open
from tests.daemons.processes import Daemon

GLEWLWYD = shutil.which("glewlwyd")
PASSWORD = "correct horse battery"
CLIENT, CLIENT_SECRET = "intake", "a-secret-of-the-client"
_SCHEMA = Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz")
_PORT = 4593
_CONFIG = """
port={port}
bind_address="{address}"
external_url="http://{address}:{port}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="WARNING"
cookie_secure=0
cookie_same_site="empty"
session_expiration=3600
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA256"
static_files_path="{folder}/webapp/"
static_files_mime_types = (
  {{ extension = ".html" mime_type = "text/html" }},
  {{ extension = ".css" mime_type = "text/css" }},
  {{ extension = ".js" mime_type = "application/javascript" }},
  {{ extension = ".json" mime_type = "application/json" }}
)
database = {{ type = "sqlite3" path = "{folder}/glewlwyd.db" }}
"""
_GROUPS = {"multiple": True, "read": True, "write": True, "profile-read": True}


class Glewlwyd(Daemon):
    """A context manager that runs Glewlwyd and registers our client by its API."""

    def __init__(self, redirect_uri: str) -> None:
        self.address = free_address()
        self.issuer = f"http://{self.address}:{_PORT}/api/oidc"
        self._redirect_uri = redirect_uri
        self._admin = requests.Session()

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="glewlwyd-"))
        self._make_database()
        self._make_pages()
        config = self._folder / "glewlwyd.conf"
        config.write_text(
            _CONFIG.format(address=self.address, port=_PORT, folder=self._folder), encoding="ascii"
        )
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(GLEWLWYD), "-c", str(config)], stdout=log, stderr=log
            )
        wait_until_open(self.address, _PORT, self._process, log=str(self._folder / "log"))
        self._ask("/auth/", {"username": "admin", "password": "password"})
        self._make_provider()
        return self

    def add_user(self, login: str, name: str, groups: list[str]) -> None:
        """Add a user who signs in with `PASSWORD`."""
        user = {"username": login, "name": name, "email": f"{login}@acme.example"}
        scopes = ["openid", "g_profile"]
        self._ask(
            "/user/",
            {**user, "password": PASSWORD, "enabled": True, "scope": scopes, "groups": groups},
        )

    def sign_in(self, login: str, authorization_url: str) -> str:
        """Sign in as a browser does; return the URL of ours that it is redirected to."""
        browser = requests.Session()
        known = {"username": login, "password": PASSWORD}
        browser.post(self._api("/auth/"), json=known, timeout=10).raise_for_status()
        grant = browser.put(
            self._api(f"/auth/grant/{CLIENT}"), json={"scope": "openid"}, timeout=10
        )
        grant.raise_for_status()
        answer = browser.get(f"{authorization_url}&g_continue", allow_redirects=False, timeout=10)
        return answer.headers["Location"]

    def _make_database(self) -> None:
        connection = sqlite3.connect(self._folder / "glewlwyd.db")
        with gzip.open(_SCHEMA, "rt", encoding="utf-8") as script:
            connection.executescript(script.read())
        parameters = {"use-glewlwyd-connection": True, "data-format": {"groups": _GROUPS}}
        connection.execute(
            "UPDATE g_user_module_instance SET gumi_parameters = ?", (json.dumps(parameters),)
        )
        connection.commit()
        connection.close()

    def _make_pages(self) -> None:
        """Copy its sign-in page and the settings that Debian's installer would have written."""
        pages = self._folder / "webapp"
        shutil.copytree(
            "/usr/share/glewlwyd/webapp", pages, ignore=shutil.ignore_patterns("config.json")
        )
        shutil.copyfile("/usr/share/glewlwyd/templates/config.json", pages / "config.json")

    def _make_provider(self) -> None:
        key = _openssl("genrsa", "2048")
        claim = {"name": "groups", "user-property": "groups", "type": "string"}
        parameters = {
            "iss": self.issuer,
            "jwt-type": "rsa",
            "jwt-key-size": "256",
            "key": key,
            "cert": _openssl("rsa", "-pubout", text=key),
            "code-duration": 60,
            "access-token-duration": 300,
            "refresh-token-duration": 600,
            "auth-type-code-enabled": True,
            "subject-type": "public",
            "allowed-scope": ["openid"],
            "jwks-show": True,
            "pkce-allowed": True,
            "name-claim": "mandatory",
            "email-claim": "mandatory",
            "claims": [{**claim, "mandatory": True, "on-demand": False, "scope": []}],
        }
        names = {"module": "oidc", "name": "oidc", "display_name": "OIDC", "enabled": True}
        self._ask("/mod/plugin/", {**names, "parameters": parameters})
        self._ask(
            "/client/",
            {
                "client_id": CLIENT,
                "name": "Intake",
                "confidential": True,
                "password": CLIENT_SECRET,
                "enabled": True,
                "scope": ["openid"],
                "redirect_uri": [self._redirect_uri],
                "authorization_type": ["code"],
                "token_endpoint_auth_method": ["client_secret_basic"],
            },
        )

    def _api(self, path: str) -> str:
        return f"http://{self.address}:{_PORT}/api{path}"

    def _ask(self, path: str, body: dict[str, Any]) -> None:
        self._admin.post(self._api(path), json=body, timeout=10).raise_for_status()


def _openssl(*arguments: str, text: str = "") -> str:
    done = subprocess.run(
        ["openssl", *arguments], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout
