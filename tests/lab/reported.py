"""
Faults and similar symptoms that were reported in public, and the test of each.

Each was reproduced with our own texts and daemons: as a case of the lab, or as a test if it needs a
daemon that the lab doesn't run. Software that can't run here is represented by its answers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reported:
    """A reported fault, the expected root cause ("healthy": none), and the test of it."""

    seen: str
    expected: str
    world: str = ""
    case: str = ""
    test: str = ""


_FRONTS, _BROWSERS = "test_fronts.py", "test_as_browsers_see.py"

REPORTED: tuple[Reported, ...] = (
    Reported(
        "an updated Apache behind nginx answers 421 for every site",
        "http.bad_gateway",
        test=f"{_FRONTS}::test_apache_that_nginx_names_no_host_to_over_tls",
    ),
    Reported(
        "508: the plan's processes are used up",
        "http.unavailable",
        "pages",
        "status: LiteSpeed 508",
    ),
    Reported(
        "an empty page by Caddy for a name that it doesn't know",
        "http.vhost_missing",
        test=f"{_FRONTS}::test_a_name_that_caddy_has_no_site_for",
    ),
    Reported(
        "a record behind a proxy leads to the proxy itself",
        "http.cdn_origin_error",
        test=f"{_FRONTS}::test_a_fronts_own_error_is_told_from_the_sites",
    ),
    Reported("packed twice, announced once", "http.malformed", "web", "packedtwice"),
    Reported("only key exchanges that no browser has", "tls.handshake_failed", "web", "dhealone"),
    Reported(
        "IPv6 leads to the old server", "dns.stale_address", "path", "IPv6 leads to the old server"
    ),
    Reported("the old server refuses", "tcp.refused", "web", "onerefuses"),
    Reported("big packets vanish over IPv6", "net.mtu_blackhole", "path", "IPv6 loses big packets"),
    Reported("a key for encrypted names left behind", "dns.https_record_stale", "web", "lostkey"),
    Reported("IPv6 is denied falsely", "dns.false_denial", "dns", "IPv6 denied falsely"),
    Reported(
        "sshd full of half-open log-ins", "tcp.reset", "server", "ssh full of half-open log-ins"
    ),
    Reported(
        "MX leads to a server that doesn't know the domain",
        "mail.relay_denied",
        "mail",
        "relay.example",
    ),
    Reported("SPF with four dead names", "mail.spf_broken", "mail", "spf-void.example"),
    Reported("an expired certificate behind STARTTLS", "tls.expired", "mail", "expired.example"),
    Reported("a greeting after twelve seconds", "healthy", "mail", "very-patient.example"),
    Reported("Django doesn't allow the name", "http.vhost_missing", "pages", "vhost: Django"),
    Reported(
        "an ending that browsers open by https alone, and 443 is closed",
        "tcp.refused",
        test=f"{_BROWSERS}::test_an_ending_that_browsers_open_by_https_alone",
    ),
    Reported(
        "a template's source is shown",
        "http.app_error",
        test=f"{_FRONTS}::test_the_source_of_a_template_that_begins_with_html",
    ),
    Reported(
        "a certificate with the name in its old field", "tls.name_mismatch", "web", "noalternatives"
    ),
    Reported(
        "name servers that drop EDNS",
        "dns.nameserver_unreachable",
        "dns",
        "questions with EDNS vanish",
    ),
    Reported("a redirect to nowhere", "http.bad_redirect_target", "web", "emptyplace"),
    Reported(
        "an FTP server that can't begin", "tcp.greeting_refused", "server", "ftp that can't begin"
    ),
    Reported("a server of HTTP/2 alone", "healthy", "web", "h2alone"),
    Reported(
        "a short Russian thread about a suspended site",
        "healthy",
        "pages",
        "healthy: a short Russian thread about a suspended site",
    ),
    Reported("programs get 403, browsers the page", "healthy", "web", "browsersonly"),
    Reported("42 KB of headers", "healthy", "web", "bigheaders"),
    Reported(
        "an FTP server that greets after seven seconds",
        "healthy",
        "server",
        "an ftp that looks up our name",
    ),
    Reported("a TLS handshake of five seconds", "http.slow", "web", "slowhandshake"),
    Reported("a whole page on an open connection", "healthy", "web", "openend"),
    Reported(
        "a garage's page on maintenance",
        "healthy",
        "pages",
        "healthy: a garage's page on maintenance",
    ),
    Reported(
        "a thread on a message of MySQL",
        "healthy",
        "pages",
        "healthy: a thread on a message of MySQL",
    ),
    Reported(
        "a registrar's help on expired domains",
        "healthy",
        "pages",
        "healthy: a registrar's help on expired domains",
    ),
    Reported(
        "a white page: a web page comes for its script", "http.parts_missing", "web", "framehtml"
    ),
    Reported("a white page: its script is gone", "http.parts_missing", "web", "framegone"),
    Reported(
        "a white page: its policy forbids its script", "http.parts_missing", "web", "framepolicy"
    ),
    Reported(
        "a white page: browsers are sent to https", "http.parts_missing", "web", "frameupgraded"
    ),
    Reported("a site without styles: text/plain", "http.parts_missing", "web", "stylestype"),
    Reported("a site without styles: 403", "http.parts_missing", "web", "stylesshut"),
    Reported("the start page is downloaded", "http.wrong_type", "web", "octets"),
    Reported("the start page's source is shown", "http.wrong_type", "web", "plaintext"),
    Reported("304 to a first visit", "http.empty_page", "web", "notmodified"),
    Reported("a script leads to another site", "http.redirect_elsewhere", "web", "scriptaway"),
    Reported("the start page was replaced", "http.defaced_page", "web", "defaced"),
    Reported("too many cookies of its own", "http.bad_request", "web", "toomanycookies"),
    Reported("PROXY protocol expected, and not sent", "tcp.reset", "web", "wantsproxy"),
    Reported("https to port 80", "tls.not_tls", "web", "tlsonplain"),
    Reported("a redirect to two places", "http.malformed", "web", "twoplaces"),
    Reported("a header's name that HTTP/2 refuses", "http.http2_broken", "web", "h2names"),
    Reported("a curve that Chrome lacks", "tls.handshake_failed", "web", "curve521"),
    Reported("a key that Chrome lacks", "tls.handshake_failed", "web", "key521"),
    Reported("an Ed25519 key", "tls.handshake_failed", "web", "key25519"),
    Reported("the stand-in of a front", "tls.self_signed", "web", "standin"),
    Reported("a test certificate", "tls.untrusted_issuer", "web", "testauthority"),
    Reported("the chain of the old certificate", "tls.incomplete_chain", "web", "otherschain"),
    Reported(
        "a certificate for clients alone", "tls.unsuitable_certificate", "web", "clientsalone"
    ),
    Reported("a key that may not sign", "tls.unsuitable_certificate", "web", "signsnothing"),
    Reported("a filter that is down", "mail.server_error", "mail", "filterless.example"),
    Reported(
        "a block list that refuses the server",
        "mail.server_error",
        "mail",
        "refused-by-list.example",
    ),
    Reported("a password on port 25", "mail.relay_denied", "mail", "wants-login.example"),
    Reported(
        "a certificate renewed without its TLSA record",
        "mail.dane_broken",
        "dane",
        "dane-renewed.example",
    ),
    Reported(
        "a signed zone that proves the lack of IPv6 wrongly",
        "dns.dnssec_bogus",
        "dns",
        "IPv6 is denied by a bad proof",
    ),
    Reported("SPF with an equals sign", "mail.spf_broken", "mail", "spf-equals.example"),
    Reported("SPF with a long dash", "mail.spf_broken", "mail", "spf-dash.example"),
    Reported("a screen for newcomers", "healthy", "mail", "screened.example"),
    Reported("a firewall that garbles EHLO", "healthy", "mail", "no-ehlo.example"),
    Reported(
        "an ssh with a long notice first", "healthy", "server", "an ssh with many words first"
    ),
    Reported("PHP finds no file and says 200", "http.app_error", "pages", "app: PHP finds no file"),
    Reported("an object cache that is down", "http.app_error", "pages", "app: Redis of WordPress"),
    Reported(
        "a program that isn't told of its proxy",
        "http.bad_request",
        "pages",
        "status: aiohttp behind a proxy",
    ),
    Reported(
        "a frame that a script in it fills, beside one that is gone",
        "healthy",
        "web",
        "framewrittenwithin",
    ),
    Reported(
        "a style sheet whose hash no longer fits",
        "http.parts_missing",
        "web",
        "changedsheet",
    ),
    Reported(
        "a white page: its script has another hash",
        "http.parts_missing",
        "web",
        "changedscript",
    ),
    Reported(
        "a white page: its script is shut to other origins",
        "http.parts_missing",
        "web",
        "cdnshut",
    ),
    Reported(
        "a white page: its script is on a host without a name",
        "http.parts_missing",
        "web",
        "frameofothers",
    ),
    Reported(
        "a white page: forwarding with a mask to http",
        "http.parts_missing",
        "web",
        "frameplain",
    ),
    Reported(
        "a white page: the forwarded site forbids frames",
        "http.parts_missing",
        "web",
        "frameshut",
    ),
    Reported(
        "a white page: forwarding with a mask to nowhere",
        "http.bad_redirect_target",
        "web",
        "framenowhere",
    ),
    Reported(
        "phones are led to another site",
        "http.redirect_elsewhere",
        "web",
        "phonesaway",
    ),
    Reported(
        "visitors from a search are led to another site",
        "http.redirect_elsewhere",
        "web",
        "searchaway",
    ),
    Reported(
        "br by plain http",
        "http.malformed",
        "web",
        "packedunasked",
    ),
    Reported(
        "a page said to be br that isn't packed",
        "http.malformed",
        "web",
        "packednot",
    ),
    Reported(
        "strict markup with a mistake",
        "http.malformed",
        "web",
        "strictbroken",
    ),
    Reported(
        "an HTTPS record with another port",
        "dns.https_record_stale",
        "web",
        "recordport",
    ),
    Reported(
        "an HTTPS record that leads to no name",
        "dns.https_record_stale",
        "web",
        "recordname",
    ),
    Reported(
        "an HTTPS record with the old server's address",
        "dns.https_record_stale",
        "web",
        "recordhint",
    ),
    Reported(
        "an error page of nginx with status 200",
        "http.bad_gateway",
        "pages",
        "status: nginx 502, sent with 200",
    ),
    Reported(
        "a stopped app at Azure",
        "http.unavailable",
        "pages",
        "status: Azure, a stopped app",
    ),
    Reported(
        "a bucket that lists itself",
        "http.directory_listing",
        "pages",
        "listing: S3, the bucket itself",
    ),
    Reported(
        "the installer of Joomla",
        "http.default_page",
        "pages",
        "default: Joomla installer",
    ),
    Reported(
        "a placeholder for Node.js in cPanel",
        "http.default_page",
        "pages",
        "default: Passenger's placeholder in cPanel",
    ),
    Reported(
        "a tunnel that is down",
        "http.cdn_origin_error",
        "pages",
        "status: ngrok, offline",
    ),
    Reported(
        "name servers that fail at IPv6",
        "dns.servfail",
        "dns",
        "an error to the question for IPv6",
    ),
    Reported(
        "name servers that lose questions for IPv6",
        "dns.servfail",
        "dns",
        "questions for IPv6 vanish",
    ),
    Reported(
        "NS records of before the move within the zone",
        "dns.nameserver_unreachable",
        "dns",
        "the zone names a dead server",
    ),
    Reported(
        "Exim: the MX points to local host",
        "mail.relay_denied",
        "mail",
        "in-a-circle.example",
    ),
    Reported(
        "Postfix: mail loops back to itself",
        "mail.relay_denied",
        "mail",
        "to-itself.example",
    ),
    Reported(
        "Postfix demands STARTTLS and has no certificate",
        "mail.server_error",
        "mail",
        "demands-tls.example",
    ),
    Reported(
        "IMAP says goodbye at once",
        "mail.greeting_refused",
        "mail",
        "bye-reading.example",
    ),
    Reported(
        "Dovecot waits for its auth process",
        "mail.greeting_refused",
        "mail",
        "no-log-ins.example",
    ),
    Reported(
        "our own name is missing at a mail server",
        "healthy",
        "mail",
        "our-name-is-missing.example",
    ),
    Reported(
        "Exchange refuses the postmaster by its directory",
        "healthy",
        "mail",
        "directory.example",
    ),
    Reported(
        "a site that counts our requests",
        "healthy",
        "web",
        "countedout",
    ),
    Reported(
        "strict markup that is whole",
        "healthy",
        "web",
        "strictwhole",
    ),
    Reported(
        "an app shop for phones",
        "healthy",
        "web",
        "phonesapp",
    ),
    Reported(
        "forwarding with a mask that works",
        "healthy",
        "web",
        "frameopen",
    ),
    Reported(
        "the parent demands https of a name that has none",
        "tcp.refused",
        test=f"{_BROWSERS}::test_a_name_whose_parent_makes_browsers_demand_https",
    ),
    Reported(
        "a white page: the address of a developer's server",
        "http.parts_missing",
        "web",
        "devserver",
    ),
    Reported(
        "a site without styles: the address of a developer's server",
        "http.parts_missing",
        "web",
        "devsheets",
    ),
    Reported(
        "a site without styles: the domain before this one",
        "http.parts_missing",
        "web",
        "oldsheets",
    ),
    Reported(
        "426 from Envoy behind nginx",
        "http.bad_request",
        "pages",
        "status: Envoy behind nginx, HTTP/1.0",
    ),
    Reported(
        "431 at the first visit",
        "http.bad_request",
        "pages",
        "status: Node, too long a head",
    ),
    Reported(
        "405 to whoever opens the site",
        "http.bad_request",
        "pages",
        "status: nginx, GET is not allowed",
    ),
    Reported(
        "an address in a CNAME",
        "dns.cname_dangling",
        "dns",
        "an alias to an address",
    ),
    Reported(
        "addresses instead of name servers",
        "dns.nameserver_missing",
        "dns",
        "addresses as name servers",
    ),
    Reported(
        "MX 0 . beside a mail server",
        "mail.null_mx",
        "mail",
        "null-beside.example",
    ),
    Reported(
        "a mail server hangs up at EHLO",
        "mail.smtp_unmeasured",
        "mail",
        "hangs-up.example",
    ),
    Reported(
        "a free site that sleeps",
        "http.suspended_page",
        "pages",
        "suspended: a free host, asleep",
    ),
    Reported(
        "styles of a CDN alone",
        "healthy",
        "web",
        "cdnsheets",
    ),
    Reported(
        "fonts that can't be had",
        "healthy",
        "web",
        "fontsalone",
    ),
    Reported(
        "the database blocks the site's server (1129)",
        "http.app_database_error",
        "pages",
        "database: MySQL 1129, alone",
    ),
    Reported(
        "a user's connections to the database are used up",
        "http.app_database_error",
        "pages",
        "database: a user's connections are used up",
    ),
    Reported(
        "a table is marked as crashed",
        "http.app_database_error",
        "pages",
        "database: a damaged table, Bitrix",
    ),
    Reported(
        "a table is missing after a move",
        "http.app_database_error",
        "pages",
        "database: a table is missing, Laravel",
    ),
    Reported(
        "no room for PHP's sessions", "http.app_error", "pages", "app: the disk is full, sessions"
    ),
    Reported(
        "the trial of Bitrix is over", "http.app_error", "pages", "app: Bitrix, the trial is over"
    ),
    Reported(
        "PHP-FPM looks in another folder", "http.app_error", "pages", "app: PHP-FPM finds no file"
    ),
    Reported("a Worker that throws", "http.app_error", "pages", "app: a Cloudflare Worker"),
    Reported("LiteSpeed waits no longer", "http.gateway_timeout", "pages", "status: LiteSpeed 408"),
    Reported(
        "the registrar waits for a confirmed address",
        "http.suspended_page",
        "pages",
        "suspended: the owner isn't confirmed",
    ),
    Reported(
        "an unpaid plan, in Russian",
        "http.suspended_page",
        "pages",
        "suspended: an expired plan, Russian",
    ),
    Reported(
        "a framework's first page", "http.default_page", "pages", "default: Rails, its first page"
    ),
    Reported("CAA records forbid the renewal", "tls.expired", "web", "caaforbids"),
    Reported("must-staple without a staple", "tls.unsuitable_certificate", "web", "muststaple"),
    Reported("a certificate with its staple", "healthy", "web", "stapled"),
    Reported(
        "a mail service has switched the domain off",
        "mail.relay_denied",
        "mail",
        "switched-off.example",
    ),
    Reported(
        "what keeps the mailboxes is down", "mail.server_error", "mail", "nothing-behind.example"
    ),
    Reported("too many connections from us", "mail.smtp_unmeasured", "mail", "crowded.example"),
    Reported("SPF in quotes", "mail.spf_missing", "mail", "spf-quoted.example"),
    Reported(
        "a hoster's page of incidents", "healthy", "pages", "healthy: a hoster's page of incidents"
    ),
    Reported(
        "a firm that services lifts", "healthy", "pages", "healthy: a firm that services lifts"
    ),
    Reported(
        "a white page: its script is packed and nobody says so",
        "http.parts_missing",
        "web",
        "packedscript",
    ),
    Reported(
        "a white page: its script is an empty file", "http.parts_missing", "web", "emptyscript"
    ),
    Reported(
        "a white page: its script is redirected to the start",
        "http.parts_missing",
        "web",
        "scripttostart",
    ),
    Reported("a white page: 502 for its script", "http.parts_missing", "web", "scriptfails"),
    Reported("a script that begins as old browsers wanted it", "healthy", "web", "commentscript"),
    Reported("a revoked certificate", "tls.unsuitable_certificate", "web", "revoked"),
    Reported("a certificate whose status is good", "healthy", "web", "goodstaple"),
    Reported("port 80 is shut, so nobody renews", "tls.expired", "web", "port80shut"),
    Reported("names with a dot are forbidden, so nobody renews", "tls.expired", "web", "dotsshut"),
    Reported("one of two servers is down", "http.fails_at_times", "web", "halfdown"),
    Reported("a CDN keeps an old error", "http.stale_cache", "web", "cachederror"),
    Reported("a CDN keeps an old redirect", "http.stale_cache", "web", "cachedcircle"),
    Reported(
        "cPanel: turn on SMTP authentication",
        "mail.relay_denied",
        "mail",
        "exim-wants-login.example",
    ),
    Reported(
        "Exchange: client was not authenticated", "mail.relay_denied", "mail", "connector.example"
    ),
    Reported("a virus scanner that is down", "mail.server_error", "mail", "scannerless.example"),
    Reported(
        "a log-in is demanded of dynamic addresses",
        "mail.smtp_unmeasured",
        "mail",
        "dynamic.example",
    ),
    Reported("MX at an orange cloud", "mail.mx_silent", "mail", "proxied.example"),
    Reported("MX at Cloudflare's own mail service", "healthy", "mail", "routed.example"),
    Reported(
        "no matching host key type found",
        "tcp.ssh_obsolete",
        "server",
        "ssh with signatures by SHA-1 alone",
    ),
    Reported(
        "no matching key exchange method found",
        "tcp.ssh_obsolete",
        "server",
        "ssh with old key exchanges alone",
    ),
    Reported(
        "no matching cipher found", "tcp.ssh_obsolete", "server", "ssh with old ciphers alone"
    ),
    Reported(
        "SSH closes at the key exchange",
        "tcp.reset",
        "server",
        "ssh that breaks off at the key exchange",
    ),
    Reported(
        "a TLSA record hides the wildcard from www",
        "dns.no_address",
        "dns",
        "a record below a name hides the wildcard",
    ),
    Reported(
        "one of two DNS providers doesn't sign",
        "dns.dnssec_bogus",
        "dns",
        "one server doesn't sign",
    ),
    Reported(
        "name servers that drop questions with a cookie",
        "dns.nameserver_unreachable",
        "dns",
        "questions with a cookie vanish",
    ),
    Reported(
        "one node of a name server fails at the apex alone",
        "dns.servfail",
        "dns",
        "one server fails at the apex alone",
    ),
    Reported(
        "an answer about IPv6 without authority",
        "healthy",
        "dns",
        "a bare answer about IPv6",
    ),
    Reported(
        "a parking service without SOA records",
        "healthy",
        "dns",
        "no SOA where there is nothing",
    ),
    Reported(
        "an old Microsoft name server",
        "healthy",
        "dns",
        "EDNS is a format error",
    ),
    Reported(
        "some visitors still come to the old server",
        "healthy",
        "dns",
        "moved, remembered, and nobody said where to",
    ),
    Reported(
        "a bundle that nginx cuts at its temporary file",
        "http.parts_missing",
        "web",
        "scriptcut",
    ),
    Reported(
        "big files freeze at 16 KB",
        "http.parts_missing",
        "web",
        "scriptstuck",
    ),
    Reported(
        "http leads to https, where TLS hangs",
        "tcp.no_answer",
        "web",
        "tostucktls",
    ),
    Reported(
        "a greeting of SMTP that never ends",
        "tcp.no_answer",
        "mail",
        "endless.example",
    ),
    Reported(
        "postscreen ends its greeting later",
        "healthy",
        "mail",
        "halfway.example",
    ),
    Reported(
        "a server that never had https",
        "tcp.refused",
        "server",
        "https closed, http answers",
    ),
    Reported(
        "an FTP server that waits for encryption on its usual port",
        "tcp.wrong_service",
        "server",
        "ftp that waits for TLS",
    ),
    Reported(
        "a program that hangs for every path, behind nginx that works",
        "http.timeout",
        "web",
        "programhangs",
    ),
    Reported("a panel with the certificate it came with", "tls.self_signed", "web", "panelown"),
    Reported("no type, and nobody may look for it", "http.wrong_type", "web", "typeless"),
    Reported(
        "one of two certificates behind an address was not renewed",
        "tls.expired",
        test="test_renewed_in_part.py::test_one_of_two_certificates_behind_an_address_has_ended",
    ),
    Reported("a page that reloads itself", "http.redirect_loop", "web", "reloadsbymeta"),
    Reported("a page whose header reloads it", "http.redirect_loop", "web", "reloadsbyheader"),
    Reported("a page whose script reloads it", "http.redirect_loop", "web", "reloadsbyscript"),
    Reported("a script sets a cookie, then the page reloads", "healthy", "web", "setsbyscript"),
    Reported(
        "port 587 offers no log-in",
        "mail.login_missing",
        "mail",
        "no-login.example",
    ),
    Reported(
        "port 587: TLS not available due to local problem",
        "mail.starttls_broken",
        "mail",
        "refuses-tls.example",
    ),
    Reported(
        "a name server whose address only the registrar has",
        "dns.nameserver_missing",
        "dns",
        "a name server that denies itself",
    ),
    Reported("a redirect without a host", "http.bad_redirect_target", "web", "withouthost"),
    Reported(
        "MySQL: too many connections",
        "tcp.greeting_refused",
        "server",
        "a database that is full",
    ),
    Reported(
        "MySQL: host is blocked because of many connection errors",
        "healthy",
        "server",
        "a database that blocks us",
    ),
)
