"""Who comes in, and what they may do there.

permissions  roles, deeds, and the matrix of both        gate      asks it at every route
sign_in      password, second factor, mail link, out     account   one's own password, second factor, browsers
staff        the practice's accounts, by its owner       guests    clients' accounts, and who acts for whom
"""
