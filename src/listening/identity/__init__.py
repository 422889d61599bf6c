"""Who speaks, as labels only: role, specialty and country, and the keys of the pseudonyms."""
