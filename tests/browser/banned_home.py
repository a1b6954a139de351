"""A customer at home whose address the server's firewall blocks at every port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.product import Product
from tests.daemons.bind import BindServer
from tests.daemons.nginx import NginxSite
from tests.lab import customer_network as net

SITE = "shop.example"
# As fail2ban's default action does (nftables-multiport: reject with icmp port-unreachable).
BAN = f"ip daddr {net.address(1)} reject"


@dataclass(frozen=True)
class BannedHome:
    """The running product, a browser that the server of `SITE` has banned, and a friend's."""

    product: Product
    browser: Browser
    friends: Browser


@contextmanager
def banned_home(browser: Browser, published: Path, folder: Path) -> Iterator[BannedHome]:
    """Set up network namespaces: the servers in ours, the customer's home in another one."""
    with ExitStack() as stack:
        place = stack.enter_context(net.customers_networks((BAN,), "", (1,)))
        stack.enter_context(NginxSite(address=net.address(1)))
        for address in (net.TRUE_NAMES, net.HOME_NAMES):
            zone: dict[str, str | None] = {"example": f"shop IN A {net.address(1)}"}
            stack.enter_context(BindServer(zone, address, 53))
        product = Product(folder / "data", published=published)
        product.settings |= {
            "INTAKE_ADDRESS": net.PRODUCT,
            "INTAKE_PUBLIC_URL": f"http://{net.PRODUCT}:{product.port}",
            "INTAKE_ALLOW_NETWORKS": "10.92.0.0/16",
            "INTAKE_RESOLVERS": net.TRUE_NAMES,
            "INTAKE_CHECKS_PER_CLIENT": "1000",
            "INTAKE_BROWSER_LOOK": "true",
        }
        product.start()
        stack.callback(product.kill)
        browsers = [_launch(browser, folder, f"{place}-{which}") for which in ("home", "mobile")]
        for launched in browsers:
            stack.callback(launched.close)
        yield BannedHome(product, *browsers)


def _launch(browser: Browser, folder: Path, place: str) -> Browser:
    """Start a Chromium in a network namespace."""
    command = folder / f"chromium-{place}"
    inside = f"ip netns exec {place} {CHROMIUM}"
    command.write_text(f'#!/bin/sh\nexec {inside} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    arguments = [*ARGUMENTS, "--no-sandbox", "--dns-over-https-mode=off"]
    return browser.browser_type.launch(executable_path=command, args=arguments)
