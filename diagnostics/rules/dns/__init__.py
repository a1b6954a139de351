"""Rules about the DNS: the name, its name servers, its signatures, its addresses and records."""
