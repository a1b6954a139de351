"""Who staff are, and what each of them may do: users, sessions that end, rights, the audit."""
