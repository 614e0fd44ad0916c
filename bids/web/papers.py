"""What proves a yes, as files: its certificate, the bundle of evidence, and a firm's own copy of what was agreed."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids.exports.bundle import whole_bundle
from bids.exports.deciding import may_accept_from, yes_to
from bids.exports.frozen_version import read_version
from bids.exports.proofs import ProofIsDamaged, handed_out_intact, proofs_for, yes_of_the_lead
from bids.models import Asset, Bid, ClientLink, Decision, DecisionPaper, Part
from bids.permissions import eyes_of
from bids.queries.papers import certificate_ordered, certificate_paper, is_drawn
from bids.visibility import Eyes
from bids.vocabulary import DocumentState, LinkWay
from bids.web.asked import visit_of
from bids.web.client_page import damaged, discreet, link_of
from bids.web.downloads import download
from bids.web.invitation_links import closed_request
from bids.web.offer import bid_for
from kernel import files
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import NotVisible
from members.web.acting import actor_of

CERTIFICATE, EVIDENCE, COPY, COPY_DATA = "certificate", "evidence", "copy", "copy-data"
WORTH_WAITING: Final = timedelta(minutes=15)
"""So long a page looks again by itself for a certificate that is being drawn."""
FOR_THE_CLIENT: Final = (CERTIFICATE, EVIDENCE)


@login_required
@never_cache
@require_safe
@handed_out_intact
def proof(request: HttpRequest, public_id: UUID, what: str) -> HttpResponse:
    """One file, for the people of a firm that takes part."""
    actor = actor_of(request)
    return _for_firm(actor, bid_for(actor, public_id), what)


@login_required
@never_cache
@require_safe
@handed_out_intact
def answer_proof(request: HttpRequest, public_id: UUID, answer: UUID, what: str) -> HttpResponse:
    """The certificate or the bundle of any yes of the offer, one that was taken back too: the lead's."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    decision = yes_of_the_lead(bid, answer, eyes_of(actor, bid))
    if decision is None or what not in (CERTIFICATE, EVIDENCE):
        raise NotVisible
    if what == EVIDENCE:
        return _zip(whole_bundle(decision), decision)
    return _drawn(certificate_ordered(decision), _("Certificate of acceptance"), decision)


@never_cache
@require_safe
@handed_out_intact
def asked_proof(request: HttpRequest, public_id: UUID, what: str) -> HttpResponse:
    """The same for whoever holds the firm's request."""
    visit = visit_of(request, public_id, now=database_now())
    if visit is None:
        return closed_request(request, public_id, now=database_now())
    if visit.needs_code:
        return redirect("bids:asked-code", public_id)
    return _for_firm(visit.actor, visit.invitation.bid, what)


@discreet
@require_safe
def client_proof(request: HttpRequest, public_id: UUID, what: str) -> HttpResponse:
    """The certificate or the whole bundle, for whoever at the client's may say yes."""
    link = link_of(request, public_id, now=database_now())
    decision = yes_to(link.bid) if link is not None else None
    if link is None or decision is None or not _is_theirs(link, decision) or what not in FOR_THE_CLIENT:
        return render(request, "client/nothing_here.html", status=404)
    try:
        return _for_client(request, decision, what)
    except ProofIsDamaged:
        return damaged(request, link)


def certificate_on_page(decision: Decision, *, now: datetime) -> dict[str, Any]:
    """The certificate of a yes for the page of the answer; until it is drawn, whether that page waits for it."""
    paper = certificate_ordered(decision)
    if paper is None or is_drawn(paper):
        return {"certificate": paper, "certificate_comes": False}
    since = max(paper.requested_at, decision.standing.changed_at)
    comes = paper.state != DocumentState.FAILED.value and now - since < WORTH_WAITING
    return {"certificate": None, "certificate_comes": comes}


def ways_to_proof(bid: Bid, part: Part, eyes: Eyes, *, name: str, public_id: UUID) -> list[tuple[str, str]]:
    """What a firm can fetch of the yes now, each with its address; nothing before there is one."""
    proofs = proofs_for(bid, part.firm_id, eyes)
    if proofs is None:
        return []
    found = []
    if is_drawn(proofs.own_copy):
        found += [(_("Our own copy (PDF)"), COPY), (_("Our own copy (data)"), COPY_DATA)]
    if is_drawn(proofs.certificate):
        found.append((_("Certificate (PDF)"), CERTIFICATE))
    found.append((_("All of it, to check (ZIP)"), EVIDENCE))
    return [(label, reverse(name, args=[public_id, what])) for label, what in found]


def _for_firm(actor: Actor, bid: Bid, what: str) -> HttpResponse:
    proofs = proofs_for(bid, actor.firm_id or 0, eyes_of(actor, bid))
    if proofs is None:
        raise NotVisible
    if what == EVIDENCE:
        return _zip(proofs.bundle(), proofs.decision)
    if what == CERTIFICATE:
        return _drawn(proofs.certificate, _("Certificate of acceptance"), proofs.decision)
    if what not in (COPY, COPY_DATA):
        raise NotVisible
    return _drawn(proofs.own_copy, _("Our own copy"), proofs.decision, as_data=what == COPY_DATA)


@handed_out_intact
def _for_client(request: HttpRequest, decision: Decision, what: str) -> HttpResponse:
    if what == EVIDENCE:
        return _zip(whole_bundle(decision), decision)
    paper = certificate_paper(decision)
    if paper is None or paper.asset is None:
        return render(request, "client/nothing_here.html", status=404)
    return _file(paper.asset, _("Certificate of acceptance"), decision, "pdf")


def _drawn(paper: DecisionPaper | None, name: str, decision: Decision, *, as_data: bool = False) -> HttpResponse:
    if paper is None or not is_drawn(paper):
        raise NotVisible
    asset = paper.data if as_data else paper.asset
    if asset is None:
        raise NotVisible
    return _file(asset, name, decision, "json" if as_data else "pdf")


def _is_theirs(link: ClientLink, decision: Decision) -> bool:
    """As the page of the answer: a link that was mailed to somebody whom the version lets decide."""
    offer = read_version(bytes(decision.revision.payload)).offer
    return link.way == LinkWay.MAILED.value and may_accept_from(offer, link.contact_email)


def _zip(bundle: bytes, decision: Decision) -> HttpResponse:
    name = f"{_('Proof of the yes')} {decision.bid.number}"
    return download(bundle, media_type="application/zip", name=name, ending="zip")


def _file(asset: Asset, name: str, decision: Decision, ending: str) -> HttpResponse:
    data = files.read(asset.sha256)
    return download(data, media_type=asset.media_type, name=f"{name} {decision.bid.number}", ending=ending)
