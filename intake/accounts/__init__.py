"""Staff accounts: users, sessions that end, rights, the audit; and programs' and panels' tokens."""
