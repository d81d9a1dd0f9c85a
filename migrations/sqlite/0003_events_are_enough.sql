-- What came before is recognised event by event; a row for each transaction was one write too many.
DROP TABLE push_transaction;
CREATE INDEX quarantine_seen ON quarantine (txn_hash, digest);
