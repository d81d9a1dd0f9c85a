-- Each entry of the audit log carries a hash over itself and the hash before it. `installation` holds the end of the chain,
-- `seq hash`; the entries of before are chained when the program first opens the store.
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
INSERT INTO installation (name, value) VALUES ('audit_head', 'unchained');
-- The number is part of what is hashed, so the program gives it.
ALTER TABLE audit ALTER COLUMN seq DROP IDENTITY;
