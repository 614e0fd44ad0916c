"""Sellers, makers and the buyer of a quotation."""

from bids.content import ClientCard, Contact, FirmCard
from bids.exports.ubl.elements import Element, cac, cbc
from bids.vocabulary import Language
from kernel.business_id import vat_number_of
from members.places import municipality_name

BUSINESS_ID = "0212"
"""The Finnish Business ID in the list of Electronic Address Schemes (ISO 6523)."""


def seller(name: str, firm: FirmCard, language: Language) -> Element | None:
    """A firm as whoever its invoice comes from: itself, or the service a light entrepreneur invoices through."""
    number = firm.seller_business_id
    vat_number = vat_number_of(number) if number and firm.charges_vat else None
    return cac(
        name,
        _identification(number),
        cac("PartyName", cbc("Name", firm.name)),
        _address(firm.municipality, language),
        _vat_registration(vat_number),
        cac(
            "PartyLegalEntity",
            cbc("RegistrationName", firm.seller_name),
            cbc("CompanyID", number, schemeID=BUSINESS_ID),
            cbc("CompanyLegalForm", None if firm.invoiced_through else firm.legal_form),
        ),
        _contact(firm.contact),
    )


def maker(firm: FirmCard) -> Element | None:
    """A firm as the one that does the work."""
    return cac("ManufacturerParty", _identification(firm.business_id), cac("PartyName", cbc("Name", firm.name)))


def buyer(client: ClientCard, language: Language) -> Element | None:
    """The client, with the person who may say yes."""
    accepting = [contact for contact in client.contacts if contact.role == "accepts"] or list(client.contacts)
    return cac(
        "Party",
        cbc("EndpointID", client.e_invoice),
        _identification(client.business_id),
        cac("PartyName", cbc("Name", client.name)),
        _address(client.municipality, language),
        _vat_registration(client.vat_number),
        cac(
            "PartyLegalEntity",
            cbc("RegistrationName", client.name),
            cbc("CompanyID", client.business_id, schemeID=BUSINESS_ID),
        ),
        _contact(accepting[0] if accepting else None),
    )


def _identification(business_id: str | None) -> Element | None:
    return cac("PartyIdentification", cbc("ID", business_id, schemeID=BUSINESS_ID))


def _address(municipality: str, language: Language) -> Element | None:
    city = cbc("CityName", municipality_name(municipality, language.value))
    return None if city is None else cac("PostalAddress", city, cac("Country", cbc("IdentificationCode", "FI")))


def _vat_registration(vat_number: str | None) -> Element | None:
    number = cbc("CompanyID", vat_number)
    return None if number is None else cac("PartyTaxScheme", number, cac("TaxScheme", cbc("ID", "VAT")))


def _contact(contact: Contact | None) -> Element | None:
    if contact is None:
        return None
    return cac(
        "Contact",
        cbc("Name", contact.name),
        cbc("Telephone", contact.phone),
        cbc("ElectronicMail", contact.email),
    )
