"""Which source may be read: basis, terms, method, fields, rate, retention, expiry. No entry, no request."""
