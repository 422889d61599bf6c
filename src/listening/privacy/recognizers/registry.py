"""The list of recogniser classes: the gate's own and those of Presidio's that add something to them."""

from typing import Any


def recogniser_classes() -> tuple[type[Any], ...]:
    """Give every class that `policy.toml` can switch on, in a fixed order."""
    from presidio_analyzer import predefined_recognizers as presidio

    from listening.privacy.recognizers import (
        addresses,
        ages,
        base_model,
        dates,
        email,
        handles,
        hashtags,
        identifiers,
        long_token,
        name_cues,
        names,
        other_script,
        phone,
        places,
        titles,
        urls,
    )

    return (
        handles.HandleRecognizer,
        hashtags.NameHashtagRecognizer,
        urls.LinkRecognizer,
        email.EmailAddressRecognizer,
        phone.PhoneNumberRecognizer,
        identifiers.MedicalRecordRecognizer,
        identifiers.NationalHealthNumberRecognizer,
        identifiers.SocialSecurityRecognizer,
        identifiers.InsuranceRecognizer,
        identifiers.AccountRecognizer,
        identifiers.LicenceRecognizer,
        identifiers.DeviceRecognizer,
        identifiers.VehicleRecognizer,
        identifiers.TrialSubjectRecognizer,
        identifiers.PlaceNumberRecognizer,
        identifiers.CodeShapeRecognizer,
        dates.CalendarDateRecognizer,
        ages.NinetyPlusRecognizer,
        titles.TitleNameRecognizer,
        names.GivenNameRecognizer,
        name_cues.NameCueRecognizer,
        addresses.StreetAddressRecognizer,
        addresses.PostcodeRecognizer,
        places.HospitalRecognizer,
        places.CarePlaceRecognizer,
        places.KnownPlaceRecognizer,
        other_script.OtherScriptRecognizer,
        base_model.BaseModelPersonRecognizer,
        base_model.BaseModelPlaceRecognizer,
        long_token.LongTokenRecognizer,
        presidio.CreditCardRecognizer,
        presidio.IbanRecognizer,
        presidio.IpRecognizer,
        presidio.MacAddressRecognizer,
        presidio.UuidRecognizer,
        presidio.CryptoRecognizer,
        presidio.NhsRecognizer,
    )
