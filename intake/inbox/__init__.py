"""The staff's pages: the list of tickets, one ticket with its cause, answers and evidence."""
