"""Rules about TLS: the handshake, the certificate, and the clocks that its dates depend on."""
