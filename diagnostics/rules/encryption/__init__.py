"""Rules about TLS: the handshake, the certificate, and the clock that its dates are judged by."""
