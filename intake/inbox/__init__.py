"""The staff pages: the list of tickets, and a ticket with its cause, answers and evidence."""
