"""Shapes that street addresses and postcodes share."""

STREET_TYPE = (
    r"(?:street|str|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|terrace|close|crescent|cres|way|square|sq|gardens?"
    r"|grove|hill|highway|hwy|parkway|pkwy|circle|cir|row|mews|park|walk|alley|trail|turnpike|plaza|quay|green|rise|view|parade|loop|run|pike|vista|village|island|union|prairie|manor|ridge|heights|estates?|mount|crossing|bypass|mills?|ways|shores?|points?|fork|canyon|springs?|junctions?|landing|extension|motorway|glens?|islands|freeway|isle|meadows?|knolls?|summit|harbors?|cove|divide|garden|brook|creek|field|flats?|forest|gateway|hollow|lake|light|locks|lodge|orchard|oval|pass|path|pine|plains?|port|radial|ramp|ranch|rapids?|route|skyway|spur|stravenue|stream|track|trace|underpass|unions?|valley|viaduct|ville|wall|well)"
)


NAME = r"[A-ZÀ-Ž][\w'.\u00c0-\u024f-]{0,30}"


CODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}"
"""A UK postcode by shape, whatever its area letters; the inward letters are never C, I, K, M, O or V."""
