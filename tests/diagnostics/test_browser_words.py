"""Browsers' own words, as people copy them: each is understood, and what follows is said."""

from __future__ import annotations

import pytest

from diagnostics import explain_browser_error
from diagnostics.catalogue.files import load
from tests.diagnostics.test_explain import HEALTHY, report

TABLE = load("browser_errors")

# The words of Chrome and its kin (Edge, Yandex Browser, Opera, Android), Firefox and Safari.
SHOWN: dict[str, tuple[str, ...]] = {
    "name-not-found": (
        "This site can’t be reached. Check for a typo. ERR_NAME_NOT_RESOLVED",
        "shop.example’s server IP address could not be found.",
        "shop.example’s DNS address could not be found. Diagnosing the problem.",
        "DNS_PROBE_FINISHED_NXDOMAIN",
        "DNS_PROBE_POSSIBLE",
        "Не удается получить доступ к сайту. Не удалось найти IP-адрес сервера shop.example.",
        "Не удается найти DNS-адрес сервера shop.example",
        "Hmm. We’re having trouble finding that site. We can’t connect to the server at shop.",
        "Server Not Found",
        "Сервер не найден. Firefox не может найти сервер www.shop.example.",
        "Хмм. Нам не удаётся найти этот сайт.",
        "Safari can’t open the page because Safari can’t find the server “shop.example”.",
        "Safari Can’t Find the Server",
        "Safari не удаётся открыть страницу, так как Safari не удаётся найти сервер «shop».",
        "Safari cannot open the page because the server cannot be found.",
        "A server with the specified hostname could not be found.",
        "Webpage not available. net::ERR_NAME_NOT_RESOLVED",
        "curl: (6) Could not resolve host: shop.example",
    ),
    "refused": (
        "This site can’t be reached. shop.example refused to connect. ERR_CONNECTION_REFUSED",
        "Не удается получить доступ к сайту. Сайт shop.example не позволяет установить соединение.",
        "Сайт shop.example отказывает в подключении",
        "Unable to connect. Firefox can’t establish a connection to the server at shop.example.",
        "Попытка соединения не удалась. Firefox не может установить соединение с сервером",
        "Safari Can’t Connect to the Server",
        "Safari can’t open the page because it couldn’t connect to the server. Connection refused",
        "Safari не удаётся подключиться к серверу: не удалось подключиться к серверу",
        "NSURLErrorDomain error -1004",
        "ssh: connect to host shop.example port 22: Connection refused",
    ),
    "timed-out": (
        "This site can’t be reached. shop took too long to respond. ERR_CONNECTION_TIMED_OUT",
        "ERR_TIMED_OUT",
        "Превышено время ожидания ответа от сайта shop.example.",
        "The connection has timed out. The server at shop.example is taking too long to respond.",
        "Время ожидания соединения истекло",
        "Время ожидания ответа от сервера shop.example истекло.",
        "Safari can’t open it because the server where this page is located isn’t responding.",
        "Safari can’t open the page because the server stopped responding.",
        "Safari не удаётся открыть страницу, так как сервер не отвечает.",
        "The request timed out.",
        "NS_ERROR_NET_TIMEOUT",
    ),
    "reset": (
        "This site can’t be reached. The connection was reset. ERR_CONNECTION_RESET",
        "shop.example unexpectedly closed the connection. ERR_CONNECTION_CLOSED",
        "This page isn’t working. shop.example didn’t send any data. ERR_EMPTY_RESPONSE",
        "Соединение сброшено.",
        "Сайт shop.example неожиданно разорвал соединение.",
        "Страница недоступна. Сайт shop.example не отправил данных.",
        "Secure Connection Failed. PR_CONNECT_RESET_ERROR",
        "Ошибка при установлении защищённого соединения. PR_END_OF_FILE_ERROR",
        "The connection to the server was reset while the page was loading. NS_ERROR_NET_RESET",
        "Соединение с сервером было сброшено во время загрузки страницы.",
        "Safari can’t open the page because the server unexpectedly dropped the connection.",
        "Safari не удаётся открыть страницу, так как сервер неожиданно прервал соединение.",
        "The network connection was lost.",
    ),
    "unreachable": (
        "shop.example is unreachable. ERR_ADDRESS_UNREACHABLE",
        "No route to host",
    ),
    "own-network": (
        "No internet. ERR_INTERNET_DISCONNECTED",
        "You’re offline. Check your connection.",
        "Нет подключения к Интернету",
        "You Are Not Connected to the Internet",
        "Safari cannot open the page because your iPhone is not connected to the Internet.",
        "Вы не подключены к Интернету",
        "Автономный режим. Firefox сейчас работает в автономном режиме.",
        "ERR_NETWORK_CHANGED",
    ),
    "own-dns": ("DNS_PROBE_FINISHED_BAD_CONFIG", "DNS_PROBE_FINISHED_NO_INTERNET"),
    "own-proxy": (
        "There is something wrong with the proxy server. ERR_PROXY_CONNECTION_FAILED",
        "The proxy server is refusing connections",
        "Прокси-сервер отказывается принимать соединения",
        "Нет подключения к прокси-серверу",
    ),
    "own-blocker": (
        "shop.example is blocked. Requests to the server have been blocked by an extension.",
        "ERR_BLOCKED_BY_ADMINISTRATOR",
    ),
    "own-clock": (
        "Your clock is ahead. NET::ERR_CERT_DATE_INVALID",
        "Your clock is behind",
        "Часы спешат",
        "Часы отстают. NET::ERR_CERT_DATE_INVALID",
    ),
    "certificate-date": (
        "Your connection is not private. Attackers might … NET::ERR_CERT_DATE_INVALID",
        "SEC_ERROR_EXPIRED_CERTIFICATE",
        "Подключение не защищено. NET::ERR_CERT_DATE_INVALID",
        "Срок действия сертификата истёк 22 ноября",
        "SSL certificate problem: certificate has expired",
    ),
    "certificate-name": (
        "Your connection is not private. NET::ERR_CERT_COMMON_NAME_INVALID",
        "The certificate is only valid for other.example. SSL_ERROR_BAD_CERT_DOMAIN",
        "Сертификат действителен только для other.example",
    ),
    "certificate-issuer": (
        "NET::ERR_CERT_AUTHORITY_INVALID",
        "Warning: Potential Security Risk Ahead. Error code: SEC_ERROR_UNKNOWN_ISSUER",
        "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT",
        "unable to get local issuer certificate",
        "К сертификату нет доверия, так как издатель сертификата неизвестен",
    ),
    "tls-protocol": (
        "This site can’t provide a secure connection. ERR_SSL_PROTOCOL_ERROR",
        "shop.example uses an unsupported protocol. ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
        "Сайт shop.example не может обеспечить безопасное соединение",
        "Secure Connection Failed. Error code: SSL_ERROR_RX_RECORD_TOO_LONG",
        "Ошибка при установлении защищённого соединения",
        "Safari can’t open the page because it couldn’t establish a secure connection to “shop”",
        "Safari Can’t Establish a Secure Connection",
        "Safari не удаётся установить защищённое соединение с сервером",
        "An SSL error has occurred and a secure connection to the server cannot be made.",
    ),
    "security-warning": (
        "Your connection is not private",
        "Your connection isn’t private",
        "Подключение не защищено",
        "Ваше подключение не является закрытым",
        "Предупреждение: Вероятная угроза безопасности",
        "Невозможно установить безопасное соединение",
        "This Connection Is Not Private",
        "Это подключение не защищено",
        "The certificate for this server is invalid.",
    ),
    "too-many-redirects": (
        "This page isn’t working. shop.example redirected you too many times.",
        "Сайт shop.example выполнил переадресацию слишком много раз.",
        "The page isn’t redirecting properly",
        "Safari can’t open the page because too many redirects occurred.",
    ),
    "error-403": (
        "Access to shop.example was denied. HTTP ERROR 403",
        "403 Forbidden nginx",
        "Веб-сайт отклонил запрос на показ веб-страницы",
        "У вас нет прав для просмотра этой страницы.",
    ),
    "error-404": (
        "This shop.example page can’t be found. HTTP ERROR 404",
        "404 Not Found",
        "Не удается найти страницу shop.example",
    ),
    "error-500": (
        "This page isn’t working. shop.example is currently unable to handle this request.",
        "Страница недоступна. Сайт пока не может обработать этот запрос. HTTP ERROR 500",
        "There has been a critical error on this website.",
        "Error establishing a database connection",
    ),
    "error-502": ("502 Bad Gateway", "Ошибка 502", "This page isn’t working. HTTP ERROR 502"),
    "error-503": ("503 Service Temporarily Unavailable", "Сервис временно недоступен"),
    "error-504": ("504 Gateway Time-out", "код ошибки: 504"),
    "unreached": (
        "This site can’t be reached",
        "Не удается получить доступ к сайту",
        "Hmmm… can’t reach this page",
        "Не удаётся установить соединение с сайтом",
        "Safari не удаётся открыть страницу",
        "Веб-страница недоступна",
    ),
    "other-error": (
        "This page isn’t working",
        "Corrupted Content Error",
        "Ошибка 520",
        "ERR_HTTP2_PROTOCOL_ERROR",
    ),
}
PHRASES = [(phrase, kind) for kind, phrases in SHOWN.items() for phrase in phrases]


def test_there_are_enough() -> None:
    assert len(PHRASES) >= 80
    assert len(set(PHRASES)) == len(PHRASES)


@pytest.mark.parametrize(("phrase", "kind"), PHRASES)
def test_a_phrase_is_understood(phrase: str, kind: str) -> None:
    for shown in (phrase, phrase.upper(), f"I see: {phrase.replace(' ', '  ')}\n"):
        told = explain_browser_error(shown, HEALTHY)
        assert told.kind == kind
        assert told.agrees is False
        assert all(told.follows)


@pytest.mark.parametrize("kind", SHOWN)
def test_what_follows_is_said_in_both_languages(kind: str) -> None:
    phrase = SHOWN[kind][0]
    for language in ("en", "ru"):
        follows = explain_browser_error(phrase, HEALTHY, language).follows
        assert "shop.example" in follows.explanation or kind == "own-network"
        assert not any("could you" in part.lower() for part in follows)


def test_a_date_error_and_a_good_certificate_is_the_customers_clock() -> None:
    told = explain_browser_error("NET::ERR_CERT_DATE_INVALID", HEALTHY)
    assert "clock" in told.follows.explanation
    assert "date and time" in told.follows.remedy


def test_a_clock_error_and_an_expired_certificate_is_the_certificate() -> None:
    """Chrome blames the clock where it can't know; we measured that it is the certificate."""
    told = explain_browser_error("Your clock is ahead", report("tls.expired"))
    assert told.agrees is True
    assert "expired" in told.follows.explanation


def test_letters_and_marks_are_those_that_we_compare() -> None:
    for row in TABLE["kinds"].values():
        assert len(set(row["signs"])) == len(row["signs"])
        assert not any("ё" in sign or "’" in sign for sign in row["signs"])
