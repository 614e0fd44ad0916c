"""People, firms and who may act for which."""

from members.models.api_token import ApiToken
from members.models.firm import Firm
from members.models.membership import Membership
from members.models.person import Person

__all__ = ["ApiToken", "Firm", "Membership", "Person"]
