"""Starts a real Redmine 5 on loopback (Debian: redmine redmine-sqlite puma)."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.daemons.loopback import free_address, stop, wait_until_open

SOURCE = Path("/usr/share/redmine")
_PORT = 8432
_DATABASE = """
production:
  adapter: sqlite3
  database: {folder}/redmine.sqlite3
  encoding: utf8
"""
# In a new database the ids are the first ones: custom fields 1 and 2, project 1.
_SEED = """
Redmine::DefaultData::Loader.load('en')
Setting.rest_api_enabled = 1
Setting.attachment_max_size = 20480
project = Project.create!(name: 'Hosting', identifier: 'hosting')
project.trackers = Tracker.all
['Intake Ref', 'Cause'].each do |name|
  field = IssueCustomField.create!(name: name, field_format: 'string', is_filter: true,
                                   is_for_all: true)
  field.trackers = Tracker.all
end
user = User.new(login: 'intake', firstname: 'Intake', lastname: 'Robot',
                mail: 'intake@hoster.example', language: 'en')
user.save!(validate: false)
Member.create!(project: project, principal: user, roles: [Role.find_by!(name: 'Manager')])
puts user.api_key
"""


def is_installed() -> bool:
    return (SOURCE / "config.ru").exists() and shutil.which("puma") is not None


@contextmanager
def redmine(folder: Path) -> Iterator[tuple[str, str]]:
    """Run Redmine; yield its address and the API key of a manager of the project `hosting`."""
    home, address = folder / "redmine", free_address()
    shutil.copytree(SOURCE, home, symlinks=True, ignore=shutil.ignore_patterns("instances"))
    instance = home / "instances" / "default"
    for name in ("config", "files", "log", "tmp"):
        (instance / name).mkdir(parents=True)
    (instance / "config" / "database.yml").write_text(_DATABASE.format(folder=folder))
    (folder / "seed.rb").write_text(_SEED)
    # The Gemfile reads this file to choose the database adapter.
    (home / "config" / "database.yml").unlink()
    (home / "config" / "database.yml").write_text(_DATABASE.format(folder=folder))
    settings = {
        **os.environ,
        "RAILS_ENV": "production",
        "REDMINE_INSTANCE": "default",
        "SECRET_KEY_BASE": secrets.token_hex(32),
        "SCHEMA": str(folder / "schema.rb"),
    }
    for command in (["rake", "db:migrate"], ["rails", "runner", str(folder / "seed.rb")]):
        made = subprocess.run(
            ["bundle", "exec", *command],
            check=False,
            cwd=home,
            env=settings,
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr[-2000:]
    key = made.stdout.split()[-1]
    serve = ["puma", "--bind", f"tcp://{address}:{_PORT}", "--threads", "1:2", "config.ru"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(serve, cwd=home, env=settings, stdout=log, stderr=log)
    try:
        wait_until_open(address, _PORT, server, log=str(folder / "log"))
        yield f"http://{address}:{_PORT}", key
    finally:
        stop(server)
