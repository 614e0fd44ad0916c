"""Write a letter: a row now, its words and its sending after the commit.

What each kind is about, and the facts it may be given besides:

    asked, reminder, link_renewed     Invitation
    price_told                        Invitation   told_price: public id
    code                              Invitation   purpose, code_for: public id (the invitation's, unless named)
    asked_again                       Part         stands: what is asked about
    carried_over, ok_given            Part         approval: public id
    changes_told                      Part         stands: the hash of what it sees; was: what it saw before, as JSON
    answered (to the lead)            Invitation   passed_on_to: a name
    suggested                         Part         suggestion: public id
    left_out                          Part         taken_over: 1 when the lead does the work herself
    firm_gone, change_cancelled       Part         number: of the change
    offer_to_client                   Revision     message: words of the lead
    offer_sent                        Revision     part: public id
    offer_not_sent (to the lead)      Bid          reason: a sentence
    offer_withdrawn                   Revision     part: public id for a firm, none for the client; reason
    offer_closed                      Part         was_sent: 1 when a version had gone to the client, or
                                                   was_accepted: 1 when it is closed as completed
    validity_extended                 Revision     likewise, without a reason
    group_asked                       Group        firm: public id, rules_version
    decision_code (to the client)     Revision     purpose, code_for: public id of the link; act, nonce
    decision_receipt (to the client)  Revision
    decision_recorded (to the client) Revision
    offer_accepted, offer_declined    Revision     part: public id for a firm; lead: 1 for the lead
    decision_objected                 Revision     likewise
    decision_annulled                 Revision     part: public id for a firm, none for the client
    counter_offer (to the lead)       Revision     counter_offer: public id; lead: 1
    own_copy                          Revision     part, paper: public ids; lead: 1 for the lead
      (those about a decision name it besides: decision: public id)
    question_asked                    Part         question: public id
    question_asked (to the lead)      its Part     question: public id; firm_asked: 1 when that was written to too
    answer_drafted (to the lead)      Part         question: public id
    question_answered                 Revision     question: public id; for a firm its Part, and part: public id
    changes_asked (to the lead)       Part         wish: public id
    changes_answered                  Revision     wish: public id
"""

from dataclasses import dataclass
from datetime import datetime

from bids.models import Bid, Group, Invitation, Letter, Part, Revision
from bids.vocabulary import LetterKind
from kernel import outbox


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One person's address, and the language they are written to in.

    `is_named` is False for one whom those the letter is sent for have not written to by this address, and are not to
    learn it by: then they are told which firm is written to, and not who reads it there.
    """

    name: str
    email: str
    language: str
    is_named: bool = True


def write_letter(
    kind: LetterKind,
    to: Recipient,
    *,
    about: Bid | Part | Invitation | Revision | Group,
    key: str,
    now: datetime,
    due: datetime | None = None,
    **facts: str | int | None,
) -> Letter | None:
    """One letter of this kind to one address; None without an address.

    `key` names the event it tells of (the kind and the address are added), so that writing it twice writes it once.
    `facts` are ids and plain values, never a secret. A letter due later may still be cancelled.
    """
    if not to.email:
        return None
    letter, is_new = Letter.objects.get_or_create(
        effect_key=letter_key(kind, key, to.email),
        defaults={
            "kind": kind.value,
            "to_name": to.name,
            "to_email": to.email,
            "language": to.language,
            "facts": facts if to.is_named else facts | {"unnamed": 1},
            "written_at": now,
            "due_at": due or now,
            **_thing(about),
        },
    )
    if is_new:
        outbox.post(
            "letter.written",
            due=due or now,
            key=outbox.effect_key("letter.written", letter),
            letter=str(letter.public_id),
        )
    return letter


def letter_key(kind: LetterKind, key: str, email: str) -> str:
    """What a letter is known by, whatever address it goes to in the end."""
    return f"{kind}:{key}:{email.casefold()}"[:400]


def _thing(about: Bid | Part | Invitation | Revision | Group) -> dict[str, object]:
    match about:
        case Invitation():
            return {"invitation": about, "part": about.part, "bid": about.bid}
        case Part():
            return {"part": about, "bid": about.bid}
        case Revision():
            return {"revision": about, "bid": about.bid}
        case Bid():
            return {"bid": about}
        case Group():
            return {"group": about}
