"""Who somebody is: customers, links, accounts, consent, reachability, erasure."""
