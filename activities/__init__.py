"""Steps: what workflows ask for, one transaction each: rows -> facts -> rules -> rows.

sessions charts invoices payments claims clearinghouse pay tasks   the steps, by noun
ledger directory                  entries and balances; who is who
mail rendering documents calendar_file wording templates/          what people read
ports adapters/ settings codec database                            the world, and the only commit in the code base
"""
