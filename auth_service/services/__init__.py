"""One use case per file: it checks a rule, owns a sequence, opens the transaction it needs."""
