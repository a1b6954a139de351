"""
A TLS server with one fault: `python tls_server.py MANNER ADDRESS CHAIN KEY`, on port 443.

Over HTTP/1.1 it always answers with a page. It is run as a script and imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
import time

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived

PAGE = b"<title>Shop</title><h1>Shop</h1><p>Good things.</p>" * 30
HEADERS = [(":status", "200"), ("content-type", "text/html")]
FIRST_PACKET = 1400


def serve(manner: str, address: str, chain: str, key: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    if manner != "first-packet":
        context.set_alpn_protocols(["h2", "http/1.1"])
    if manner == "weak-cipher":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA")
    with socket.create_server((address, 443), backlog=64) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=talk, args=(manner, context, connection), daemon=True).start()


def talk(manner: str, context: ssl.SSLContext, connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError, ssl.SSLError):
        if manner == "first-packet" and is_longer_than_a_packet(connection):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return
        if manner == "first-packet-mute" and is_longer_than_a_packet(connection):
            time.sleep(30)
        if manner == "slow-handshake":
            time.sleep(5)
        with context.wrap_socket(connection, server_side=True) as tls:
            if tls.selected_alpn_protocol() == "h2":
                talk_http2(manner, tls)
            else:
                talk_http1(tls)


def is_longer_than_a_packet(connection: socket.socket) -> bool:
    """Check whether the ClientHello's record is longer than one packet."""
    head = connection.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL)
    return int.from_bytes(head[3:5], "big") > FIRST_PACKET


def talk_http1(tls: ssl.SSLSocket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += tls.recv(4096)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
    tls.sendall(head + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE)


def talk_http2(manner: str, tls: ssl.SSLSocket) -> None:
    if manner == "speaks-1":
        tls.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        return
    loose = H2Configuration(
        client_side=False, validate_outbound_headers=False, normalize_outbound_headers=False
    )
    connection = H2Connection(loose)
    connection.initiate_connection()
    tls.sendall(connection.data_to_send())
    while data := tls.recv(65536):
        for event in connection.receive_data(data):
            if isinstance(event, RequestReceived):
                answer(manner, connection, event.stream_id or 1, tls)
        tls.sendall(connection.data_to_send())
        if manner == "closes":
            return


def answer(manner: str, connection: H2Connection, stream: int, tls: ssl.SSLSocket) -> None:
    if manner == "resets":
        connection.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
    elif manner == "wants-1":
        connection.reset_stream(stream, ErrorCodes.HTTP_1_1_REQUIRED)
    elif manner == "goes-away":
        connection.close_connection(ErrorCodes.PROTOCOL_ERROR, last_stream_id=0)
    elif manner == "cut":
        connection.send_headers(stream, [*HEADERS, ("content-length", "9999")])
        connection.send_data(stream, PAGE[:500], end_stream=True)
    elif manner == "closes":
        return
    elif manner == "silent":
        tls.sendall(connection.data_to_send())
        time.sleep(30)
    else:
        name = "X-Powered-By" if manner == "capitals" else "x-powered-by"
        connection.send_headers(stream, [*HEADERS, (name, "shop")])
        connection.send_data(stream, PAGE, end_stream=True)


if __name__ == "__main__":
    serve(*sys.argv[1:5])
