"""Who may do what to an offer: one small predicate a verb."""

from django.db.models import Q

from bids.models import (
    Bid,
    ClientLink,
    Document,
    Group,
    GroupMember,
    Invitation,
    Letter,
    Part,
    Question,
    RevisionStanding,
)
from bids.models.bid import STATES_IN_WHICH_A_PARTNER_SEES
from bids.models.document import DocumentQuerySet
from bids.models.letter import LetterQuerySet
from bids.queries.competition import hides_by_competition
from bids.queries.letters import NOT_SHOWN
from bids.queries.oks import MAY_GIVE_OKS, gives_oks
from bids.visibility import CLIENTS_EYES, SYSTEMS_EYES, Eyes, Reader, mode_in_force
from bids.vocabulary import IN_THE_OFFER, Liability, LinkScope, PartState, PriceVisibility, Role
from kernel.actor import Actor, ActorKind
from kernel.errors import NotVisible
from members.models import Firm, Membership, Person
from members.permissions import may_change_firm, may_write_for
from members.queries.roles import own_membership_of, own_role_of
from members.vocabulary import MembershipRole

READS_EVERY_PRICE_OF_OWN_OFFERS = Q(role__in=[MembershipRole.OWNER.value, MembershipRole.EDITOR.value])
"""Memberships whose person reads every price of the offers the firm leads, whatever their mode."""


def is_system(actor: Actor) -> bool:
    """Whether the program itself acts: a command at the console, or the worker."""
    return actor.kind is ActorKind.SYSTEM


def leads(actor: Actor, bid: Bid) -> bool:
    """Whether the actor acts for the firm that leads this offer."""
    return actor.firm_id is not None and actor.firm_id == bid.lead_id


def may_import_for(actor: Actor, lead: Firm) -> bool:
    """An offer is brought in by those who write for the firm that leads it, or at the console."""
    return is_system(actor) or may_write_for(actor, lead)


def may_request_document(actor: Actor, bid: Bid, *, eyes: Eyes | None = None) -> bool:
    """Those who write for the lead, and see what the client will, have documents made of its offer.

    Here and below, `eyes` are the actor's own, where they are known already (`eyes_of`).
    """
    if is_system(actor):
        return True
    writes = leads(actor, bid) and may_write_for(actor, bid.lead)
    return writes and (eyes or eyes_of(actor, bid)).sees_clients_document


def eyes_of(actor: Actor, bid: Bid) -> Eyes:
    """Whose eyes the actor reads this offer with; `NotVisible` for everybody who is no reader of it.

    The lead's owners and editors see every price; its viewers and producers, and everybody of a partner, by the offer's
    mode. Only their own part is theirs once the firms were said to compete, or their firm no longer takes part; the
    total too as long as their firm answers for the whole.
    """
    if is_system(actor):
        return SYSTEMS_EYES
    if actor.kind is ActorKind.CLIENT_LINK:
        return _clients_eyes(actor, bid)
    part = next((part for part in bid.parts.all() if part.firm_id == actor.firm_id), None)
    if part is None:
        raise NotVisible
    role = own_role_of(actor)
    if not _reads(actor, part, role):
        raise NotVisible
    if part.role == Role.LEAD.value and role in {MembershipRole.OWNER, MembershipRole.EDITOR}:
        return Eyes(reader=Reader.LEAD, key=part.key, mode=PriceVisibility(bid.price_visibility), own_costs=True)
    return Eyes(
        reader=Reader.FIRM,
        key=part.key,
        mode=_mode_for(part, bid),
        own_costs=role is not MembershipRole.PRODUCER,
    )


def sees_others_prices(part: Part) -> bool:
    """Whether the people of this firm read what the others cost."""
    return _mode_for(part, part.bid) is PriceVisibility.ALL


def _mode_for(part: Part, bid: Bid) -> PriceVisibility:
    if part.state not in IN_THE_OFFER:
        return PriceVisibility.OWN
    chosen = PriceVisibility.OWN if hides_by_competition(bid) else PriceVisibility(bid.price_visibility)
    return mode_in_force(chosen, Liability(bid.liability))


def _reads(actor: Actor, part: Part, role: MembershipRole | None) -> bool:
    """Whoever holds the part's invitation reads, and members of its firm while it leads or has been asked."""
    if actor.kind is ActorKind.INVITED:
        return _holds_invitation(actor, part)
    in_it = part.role == Role.LEAD.value or part.state in STATES_IN_WHICH_A_PARTNER_SEES
    return in_it and role is not None


def _clients_eyes(actor: Actor, bid: Bid) -> Eyes:
    if not ClientLink.objects.filter(pk=actor.id or 0, bid=bid, revoked_at__isnull=True).exists():
        raise NotVisible
    return CLIENTS_EYES


def may_export(actor: Actor, bid: Bid, *, eyes: Eyes | None = None) -> bool:
    """The whole offer, with every price in it, leaves only in the hands of its lead's owners and editors."""
    return is_system(actor) or (leads(actor, bid) and (eyes or eyes_of(actor, bid)).sees_every_price)


def may_see_document(actor: Actor, document: Document) -> bool:
    """A document is seen by those who see every price in it: of a partner only one that was sent."""
    if is_system(actor):
        return True
    bid = document.bid
    if bid is None or not eyes_of(actor, bid).sees_clients_document:
        return False
    return leads(actor, bid) or _was_sent(document)


def documents_for(actor: Actor, bid: Bid, *, eyes: Eyes | None = None) -> DocumentQuerySet:
    """The documents of an offer that the actor may see."""
    seen = Document.objects.visible_to(actor).filter(bid=bid)
    return seen if is_system(actor) or (eyes or eyes_of(actor, bid)).sees_clients_document else seen.none()


def _was_sent(document: Document) -> bool:
    return RevisionStanding.objects.filter(revision_id=document.revision_id or 0, sent_at__isnull=False).exists()


def may_start_for(actor: Actor, lead: Firm) -> bool:
    """A joint offer is started, and its requests sent, by the owners and editors of the firm that leads it."""
    return may_change_firm(actor, lead)


def may_ask_firms(actor: Actor, bid: Bid) -> bool:
    """Firms are asked, and requests changed or taken back, by the owners and editors of the lead."""
    return is_system(actor) or (leads(actor, bid) and may_change_firm(actor, bid.lead))


def may_forward_request(actor: Actor, invitation: Invitation) -> bool:
    """A request is passed on by whoever holds it, or by those who write for the firm that is asked."""
    part = invitation.part
    own = actor.firm_id == part.firm_id and part.role != Role.LEAD.value and may_write_for(actor, part.firm)
    return _holds_invitation(actor, part) or own


def may_note_meetings(actor: Actor, firm: Firm) -> bool:
    """Notes of meetings are written by all who write for the firm."""
    return may_write_for(actor, firm)


def may_lead_group(actor: Actor, group: Group) -> bool:
    """A group and its rules of the game are the making firm's owners' and editors' to change."""
    return is_system(actor) or (actor.firm_id == group.made_by_id and may_change_firm(actor, group.made_by))


def may_agree_to_group(actor: Actor, member: GroupMember) -> bool:
    """A firm's yes to the rules is its approvers'; for a firm nobody acts for, that of whoever was written to.

    The latter has logged in with the very address the lead wrote to, and so has proven to read it.
    """
    if actor.kind is not ActorKind.PERSON or actor.id is None:
        return False
    places = Membership.objects.filter(firm_id=member.firm_id)
    if places.exists():
        own = places.filter(person_id=actor.id).filter(MAY_GIVE_OKS)
        return actor.firm_id == member.firm_id and own.exists()
    return bool(member.email) and Person.objects.filter(pk=actor.id or 0, email__iexact=member.email).exists()


def may_change_offer(actor: Actor, bid: Bid) -> bool:
    """Title, client, rules of the game, money and order are the lead's owners' and editors' to change."""
    return is_system(actor) or (leads(actor, bid) and may_change_firm(actor, bid.lead))


def may_send(actor: Actor, bid: Bid) -> bool:
    """Sending is the lead's own OK, so it is sent by a person who may give that; a producer never may."""
    return leads(actor, bid) and gives_oks(own_membership_of(actor))


def may_write_joint_words(actor: Actor, bid: Bid) -> bool:
    """The offer's common texts are written by all who write for the lead, its producers too."""
    return is_system(actor) or (leads(actor, bid) and may_write_for(actor, bid.lead))


def may_write_part(actor: Actor, part: Part) -> bool:
    """A firm's rows are its owners' and editors', or whoever holds its invitation; the lead's until it is asked."""
    if is_system(actor) or _holds_invitation(actor, part):
        return True
    if part.state == PartState.LISTED.value and part.role != Role.LEAD.value and may_change_offer(actor, part.bid):
        return True
    return actor.firm_id == part.firm_id and may_change_firm(actor, part.firm)


def may_write_costs(actor: Actor, part: Part) -> bool:
    """What rows cost a firm is written by its own owners and editors, or whoever holds its invitation; by no one else.

    Not by the lead before the firm is asked, and not by the program itself.
    """
    own = actor.firm_id == part.firm_id and may_change_firm(actor, part.firm)
    return _holds_invitation(actor, part) or own


def may_speak_of_own_work(actor: Actor, part: Part) -> bool:
    """How much it was, what is invoiced, that it is done: says the firm itself, or whoever holds its invitation.

    The lead says it of nobody else's part, and the program of none.
    """
    return may_write_costs(actor, part)


def may_write_words_of(actor: Actor, part: Part) -> bool:
    """A firm's texts are written by all who write for it, its producers too."""
    return may_write_part(actor, part) or (actor.firm_id == part.firm_id and may_write_for(actor, part.firm))


def may_suggest_to(actor: Actor, part: Part) -> bool:
    """The lead suggests changes of a partner's words and prices, a producer changes of its own firm's rows."""
    if part.state not in IN_THE_OFFER or may_write_part(actor, part):
        return False
    own = actor.firm_id == part.firm_id and may_write_for(actor, part.firm)
    return own or may_write_joint_words(actor, part.bid)


def may_answer_suggestion(actor: Actor, part: Part, *, is_of_words: bool) -> bool:
    """What was suggested of a firm's words or rows is taken or declined by those who write them."""
    return may_write_words_of(actor, part) if is_of_words else may_write_part(actor, part)


def may_ask_as_client(actor: Actor, link: ClientLink) -> bool:
    """Questions are asked and wishes told by whoever holds a client's link that was made for more than looking."""
    return (
        actor.kind is ActorKind.CLIENT_LINK
        and actor.id == link.pk
        and link.scope in {LinkScope.ASK.value, LinkScope.ACCEPT.value}
    )


def may_draft_answer(actor: Actor, question: Question) -> bool:
    """An answer is drafted by those who write the words of the firm it is about, or the lead's; producers too."""
    part = question.to_part
    if may_write_joint_words(actor, question.bid):
        return True
    return part.state in IN_THE_OFFER and may_write_words_of(actor, part)


def may_release_answers(actor: Actor, bid: Bid) -> bool:
    """What the client is told is for the lead's owners and editors to say."""
    return may_change_offer(actor, bid)


def may_remind(actor: Actor, bid: Bid) -> bool:
    """Who may ask firms may remind them: a letter goes in the lead's name."""
    return not is_system(actor) and may_ask_firms(actor, bid)


def may_see_letters(actor: Actor, bid: Bid) -> bool:
    """What became of an offer's letters is for the firm that leads it."""
    return is_system(actor) or leads(actor, bid)


def letters_for(actor: Actor) -> LetterQuerySet:
    """The letters whose way the actor may know: of the offers their firm leads, and of the groups it has made."""
    own = Q(bid__lead_id=actor.firm_id or 0) | Q(bid=None, group__made_by_id=actor.firm_id or 0)
    letters = Letter.objects.exclude(kind__in=[kind.value for kind in NOT_SHOWN])
    shown = letters if is_system(actor) else letters.filter(own)
    return shown.select_related("bid__lead", "group__made_by", "part", "revision", "invitation")


def may_see_to_letter(actor: Actor, letter: Letter) -> bool:
    """Whether a letter goes once more is for the owners and editors of the firm it was sent for."""
    if is_system(actor):
        return True
    if letter.bid is not None:
        return may_ask_firms(actor, letter.bid)
    return letter.group is not None and may_lead_group(actor, letter.group)


def may_stop_reminders(actor: Actor, invitation: Invitation) -> bool:
    """Reminders are stopped by whoever holds the invitation, owns its address, or writes for the firm asked."""
    if _holds_invitation(actor, invitation.part):
        return actor.id == invitation.pk
    if actor.kind is not ActorKind.PERSON:
        return False
    own = Invitation.objects.filter(pk=invitation.pk).addressed_to(Person.objects.get(pk=actor.id or 0)).exists()
    return own or may_write_for(actor, invitation.part.firm)


def _holds_invitation(actor: Actor, part: Part) -> bool:
    return (
        actor.kind is ActorKind.INVITED
        and actor.firm_id == part.firm_id
        and Invitation.objects.standing().filter(pk=actor.id or 0, part=part).exists()
    )


def may_answer(actor: Actor, part: Part) -> bool:
    """A request is answered by whoever holds it, or by those who give the OK of the firm it went to."""
    return part.role != Role.LEAD.value and (_holds_invitation(actor, part) or may_answer_as(actor, part.firm))


def may_answer_as(actor: Actor, firm: Firm) -> bool:
    """A firm's OK is given by its owners, and by editors who may."""
    return actor.firm_id == firm.pk and gives_oks(own_membership_of(actor))


def may_tell_price(actor: Actor, bid: Bid) -> bool:
    """A price told on the phone is typed by those who change the offer for its lead."""
    return may_change_offer(actor, bid)


def may_approve_for(actor: Actor, part: Part) -> bool:
    """A firm's OK is its owners', its editors' who may, or that of whoever holds its invitation; never a producer's."""
    return _holds_invitation(actor, part) or may_answer_as(actor, part.firm)


def mode_for(part: Part, bid: Bid) -> PriceVisibility:
    """Whose prices the people of this firm read in the offer as it is now."""
    return _mode_for(part, bid)


def may_hold_copy(part: Part, email: str, *, reach: PriceVisibility) -> bool:
    """Whether whoever reads this address for the firm may have what was drawn with the prices of this reach."""
    if part.role != Role.LEAD.value:
        return sees_as_much(mode_for(part, part.bid), reach)
    places = Membership.objects.filter(READS_EVERY_PRICE_OF_OWN_OFFERS, firm=part.bid.lead_id)
    return places.filter(person__email__iexact=email).exists()


def sees_as_much(now: PriceVisibility, drawn: PriceVisibility) -> bool:
    """Whether whoever sees prices by the mode that holds now may read what was drawn for another."""
    reach = [PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL, PriceVisibility.ALL]
    return reach.index(now) >= reach.index(drawn)
