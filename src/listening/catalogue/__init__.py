"""Which source may be read: what its entry says (`entry`), who confirmed it (`confirmations`, `permission`), where entries lie (`load`)."""
