-- The session whose key an encrypted event waits for. The event stays as it was pushed: encrypted.
ALTER TABLE inbox ADD COLUMN session TEXT;
