"""
Rules about mail: the `servers` that accept it, ports of mail programs (`clients`), and `senders`.

`mail_facts` gives facts about the same for the conditions of checklists.
"""
