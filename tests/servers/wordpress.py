"""WordPress on PHP's own server and MariaDB, with a post of ana's and comments on it, two of which wait for approval."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.servers.asking import ask
from tests.servers.grounds import Unavailable, answers, debian, free_port, laid_over, run, running

_PACKAGES: Final = (
    *("wordpress", "php-cli", "php-mysql", "php-sqlite3", "php-xml", "php-mbstring", "php-curl"),
    "mariadb-server",
)
_EXTENSIONS: Final = (
    *("mysqlnd", "mysqli", "ctype", "curl", "dom", "fileinfo", "iconv", "mbstring", "tokenizer"),
    *("simplexml", "xml", "gettext", "posix"),
)
# The server of PHP asks this first: a file is given as it is, all else is WordPress's.
_ROUTER: Final = """<?php
$file = __DIR__ . parse_url($_SERVER["REQUEST_URI"], PHP_URL_PATH);
if (is_file($file)) return false;
$_SERVER["SCRIPT_NAME"] = "/index.php";
chdir(__DIR__);
require __DIR__ . "/index.php";
"""


class WordPress(msgspec.Struct):
    """A running site. ``joke`` is approved, ``question`` too, ``held`` and ``spam`` wait."""

    url: str
    post: int
    bruno: int
    passwords: dict[str, str]
    joke: int = 0
    question: int = 0
    held: int = 0
    spam: int = 0

    def call(self, method: str, path: str, body: object = None, *, by: str = "ana") -> Any:
        known = base64.b64encode(f"{by}:{self.passwords[by]}".encode()).decode()
        return ask(method, f"{self.url}/wp-json/wp/v2{path}", body, authorization=f"Basic {known}")

    def comments(self, text: str, *, status: str = "approved", parent: int = 0) -> int:
        """A comment of bruno's; it is stored by ana, for the site takes but one of his in fifteen seconds."""
        body = {"post": self.post, "content": text, "parent": parent, "status": status, "author": self.bruno}
        person = {"author_name": "Bruno", "author_email": "bruno@example.org"}
        number: int = self.call("POST", "/comments", {**body, **person})["id"]
        return number

    def decides(self, comment: int, status: str) -> None:
        """Ana approves a comment, or throws it away."""
        self.call("POST", f"/comments/{comment}", {"status": status})

    def answers(self, parent: int, text: str) -> int:
        """A comment of ana's."""
        number: int = self.call("POST", "/comments", {"post": self.post, "parent": parent, "content": text})["id"]
        return number

    def below(self, parent: int) -> list[Any]:
        found: list[Any] = self.call("GET", f"/comments?parent={parent}&status=all&context=edit")
        return found


@contextmanager
def wordpress(folder: Path) -> Iterator[WordPress]:
    """The site, seeded."""
    if os.getuid() != 0:
        raise Unavailable("WordPress is laid over /usr, which takes root")
    packages = debian("wordpress", _PACKAGES)
    data, site, sock = folder / "data", folder / "site", folder / "socket"
    data.mkdir()
    log = folder / "mariadb.log"
    mine = ("--no-defaults", "--user=root")
    run(
        *laid_over(packages, "/usr/bin/mariadb-install-db", *mine, f"--datadir={data}"),
        *("--auth-root-authentication-method=normal", "--skip-test-db"),
    )
    database: list[str | Path] = [
        "/usr/sbin/mariadbd",
        *mine,
        f"--datadir={data}",
        f"--socket={sock}",
        "--skip-networking",
    ]
    database += [f"--pid-file={folder}/mariadb.pid", "--innodb-flush-log-at-trx-commit=0"]
    with running(database, log=log, ready=sock.exists, over=packages):
        client = ("/usr/bin/mariadb", "--no-defaults", "-u", "root", "-S", sock, "-e", "create database wp")
        run(*laid_over(packages, *client))
        run(*laid_over(packages, "/bin/cp", "-rL", "/usr/share/wordpress/.", f"{site}/"))
        port = free_port()
        (site / ".htaccess").unlink(missing_ok=True)
        (site / "wp-config.php").unlink(missing_ok=True)
        (site / "wp-config.php").write_text(_settings(sock, port))
        (site / "router.php").write_text(_ROUTER)
        (site / "make.php").write_text(Path(__file__).with_suffix(".php").read_text())
        extensions = [word for name in _EXTENSIONS for word in ("-d", f"extension={name}")]
        php: list[str | Path] = ["/usr/bin/php8.2", "-n", "-d", "memory_limit=256M", *extensions]
        said = run(*laid_over(packages, *php, site / "make.php", f"127.0.0.1:{port}"))
        made = next((line for line in said.splitlines() if line.startswith("MADE ")), None)
        if made is None:
            raise Unavailable(f"WordPress was not installed: {said[-2000:]}")
        serve: list[str | Path] = [
            "env",
            "PHP_CLI_SERVER_WORKERS=4",
            *php,
            "-S",
            f"127.0.0.1:{port}",
            "-t",
            site,
            site / "router.php",
        ]
        with running(serve, log=folder / "php.log", ready=lambda: answers(port), over=packages):
            server = msgspec.convert(
                {"url": f"http://127.0.0.1:{port}", **json.loads(made.removeprefix("MADE "))}, WordPress
            )
            _seed(server)
            yield server


def _settings(sock: Path, port: int) -> str:
    kinds = ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE")
    names = [f"{kind}_{what}" for kind in kinds for what in ("KEY", "SALT")]
    constants: dict[str, object] = {name: name.lower() for name in names}
    constants |= {"DB_NAME": "wp", "DB_USER": "root", "DB_PASSWORD": "", "DB_HOST": f"localhost:{sock}"}
    constants |= {"DB_CHARSET": "utf8mb4", "DB_COLLATE": "", "WP_ENVIRONMENT_TYPE": "local"}
    constants |= {"WP_HOME": f"http://127.0.0.1:{port}", "WP_SITEURL": f"http://127.0.0.1:{port}"}
    constants |= {"WP_HTTP_BLOCK_EXTERNAL": True, "DISABLE_WP_CRON": True, "AUTOMATIC_UPDATER_DISABLED": True}
    said = "\n".join(f"define({json.dumps(name)}, {json.dumps(value)});" for name, value in constants.items())
    return f"""<?php
{said}
$table_prefix = "wp_";
if (!defined("ABSPATH")) define("ABSPATH", __DIR__ . "/");
require_once ABSPATH . "wp-settings.php";
"""


def _seed(server: WordPress) -> None:
    server.joke = server.comments("Count me in &amp; my friends!")
    server.question = server.comments("Is there parking?")
    server.held = server.comments("Could I bring a guest", status="hold")
    server.spam = server.comments("BUY CHEAP FOLLOWERS", status="hold")
