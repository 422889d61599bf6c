"""Which therapy area a MeSH branch rolls up to, and which branch a disease in several is counted in."""

from collections.abc import Mapping

from sources import Descriptor

BRANCHES = {
    "C04": "oncology", "F03": "psychiatry", "C14": "cardiology", "C01": "infectious-diseases", "C10": "neurology",
    "C11": "ophthalmology", "C08": "pulmonology", "C06": "gastroenterology", "C12": "urology", "C15": "haematology",
    "C17": "dermatology", "C20": "immunology", "C05": "rheumatology", "C19": "endocrinology", "C18": "endocrinology",
    "C07": "dentistry", "C09": "otolaryngology", "C25": "emergency-medicine", "C26": "emergency-medicine",
    "C16": "genetics", "C24": "public-health", "C21": "general-medicine", "C23": "general-medicine",
}  # fmt: skip
"""Branch to topic slug, the preferred branch first; C22, animal diseases, is left out."""

OVERRIDES = {
    "D003920": "diabetes", "D044882": "diabetes", "D009765": "diabetes", "D050177": "diabetes",
    "D007674": "nephrology", "D011248": "womens-health", "D005831": "womens-health", "D052801": "urology",
    "D019966": "psychiatry", "D050723": "orthopaedics", "D007592": "rheumatology", "D003240": "rheumatology",
    "D007232": "paediatrics", "D001327": "immunology", "D006969": "allergy", "D006967": "allergy",
    "D010146": "pain", "D018771": "pain", "D001941": "oncology", "D012131": "critical-care", "D012769": "critical-care",
    "D020521": "neurology", "D002318": "cardiology", "D009362": "oncology", "D004194": "general-medicine",
}  # fmt: skip
"""Descriptors that open an area of their own: diabetes, kidney, pregnancy, fractures, and so on."""


def primary_tree(descriptor: Descriptor) -> str | None:
    """Give the tree number a descriptor is counted under: of the preferred branch, the shortest."""
    ranked = [
        (list(BRANCHES).index(branch), len(tree), tree)
        for tree in descriptor.trees
        if (branch := tree.split(".")[0]) in BRANCHES
    ]
    return min(ranked)[2] if ranked else None


def parents(descriptors: Mapping[str, Descriptor]) -> dict[str, str]:
    """Give each disease's parent: another descriptor's concept id, or a therapy area's."""
    by_tree = {tree: mesh_id for mesh_id, entry in descriptors.items() for tree in entry.trees}
    found: dict[str, str] = {}
    for mesh_id, entry in descriptors.items():
        tree = primary_tree(entry)
        if tree is None:
            continue
        if mesh_id in OVERRIDES:
            found[mesh_id] = f"topic:{OVERRIDES[mesh_id]}"
            continue
        above = by_tree.get(tree.rpartition(".")[0])
        found[mesh_id] = f"MESH:{above}" if above else f"topic:{BRANCHES[tree.split('.')[0]]}"
    return _without_cycles(found, descriptors)


def _without_cycles(found: dict[str, str], descriptors: Mapping[str, Descriptor]) -> dict[str, str]:
    # Parents are chosen one by one among several trees, so two may name each other; the shallower goes to its area.
    for mesh_id in sorted(found, key=lambda m: len(primary_tree(descriptors[m]) or "")):
        seen = {mesh_id}
        step = found[mesh_id]
        while step.startswith("MESH:"):
            step = step.removeprefix("MESH:")
            if step in seen:
                tree = primary_tree(descriptors[mesh_id]) or "C23"
                found[mesh_id] = f"topic:{BRANCHES[tree.split('.')[0]]}"
                break
            seen.add(step)
            step = found.get(step, "topic:general-medicine")
    return found
