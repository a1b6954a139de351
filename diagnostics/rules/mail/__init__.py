"""
Rules about mail: the `servers` that take it, what mail programs use (`clients`), `senders`.

`mail_facts` says the same in single words.
"""
