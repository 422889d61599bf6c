"""Health plan, policy, member and claim numbers."""

from listening.privacy.recognizers.base import any_of
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class InsuranceRecognizer(CuedIdentifierRecognizer):
    """Health plan, policy, member, group and claim numbers (HIPAA identifier I)."""

    ENTITY = "HEALTH_PLAN_NUMBER"
    CUE_STEMS = any_of(
        "ins|policy|plan|health id|hbn|member|subscriber|beneficiary|group |claim|prior auth|referral |authori"
    )
    CUE = (
        r"insur(?:ance|er)?(?: (?:policy|plan|id|number|no|card|member))*|ins\.?(?: (?:policy|plan|id|no))*|policy|(?:health )?plan|health id|hbn|"
        r"member(?:ship)?(?: id)?|subscriber(?: id)?|beneficiary(?: id)?|group (?:no|number|id)|claim(?: (?:no|number|id))?|prior auth(?:orization|orisation)?|"
        r"referral (?:no|number|id)|authori[sz]ation (?:no|number)"
    )
