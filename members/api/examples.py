"""An answer about who asks, for the documentation; the tests ask and compare."""

from drf_spectacular.utils import OpenApiExample

FIRM = {"id": "3f6f1d1e-6a0c-4a57-9a39-7d2f1c0b5a11", "name": "Kuvakulma Design Tmi", "business_id": "9000001-1"}

ME = [
    OpenApiExample(
        "A person with one firm",
        value={
            "person": {
                "id": "b1b5c2a0-5f0e-4f0b-8f7e-2f6f8f0f9b22",
                "name": "Maija Kuvakulma",
                "email": "maija@example.invalid",
                "language": "fi",
            },
            "acting_for": FIRM,
            "firms": [{"firm": FIRM, "role": "owner", "may_approve": True}],
            "scopes": ["read", "write"],
        },
        response_only=True,
        status_codes=["200"],
    )
]
