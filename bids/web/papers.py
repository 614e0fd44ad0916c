"""What proves a yes, as files: its certificate, the bundle of evidence, and a firm's own copy of what was agreed."""

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids.exports.bundle import certificate_paper, copy_paper, partners_bundle, whole_bundle
from bids.exports.deciding import may_accept_from, yes_to
from bids.exports.frozen_version import read_version
from bids.models import Asset, Bid, ClientLink, Decision, Part
from bids.permissions import eyes_of
from bids.visibility import Eyes
from bids.vocabulary import LinkWay, PriceVisibility
from bids.web.asked import visit_of
from bids.web.client_page import discreet, link_of
from bids.web.downloads import download
from bids.web.invitation_links import closed_request
from bids.web.offer import bid_for
from kernel import files
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import NotVisible
from members.web.acting import actor_of

CERTIFICATE, EVIDENCE, COPY, COPY_DATA = "certificate", "evidence", "copy", "copy-data"
FOR_THE_CLIENT: Final = (CERTIFICATE, EVIDENCE)


@login_required
@never_cache
@require_safe
def proof(request: HttpRequest, public_id: UUID, what: str) -> HttpResponse:
    """One file, for the people of a firm that takes part."""
    actor = actor_of(request)
    return _for_firm(actor, bid_for(actor, public_id), what)


@never_cache
@require_safe
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
    if what == EVIDENCE:
        return _zip(whole_bundle(decision), decision)
    paper = certificate_paper(decision)
    if paper is None or paper.asset is None:
        return render(request, "client/nothing_here.html", status=404)
    return _file(paper.asset, _("Certificate of acceptance"), decision, "pdf")


def ways_to_proof(bid: Bid, part: Part, eyes: Eyes, *, name: str, public_id: UUID) -> list[tuple[str, str]]:
    """What a firm can fetch of the yes now, each with its address; nothing before there is one."""
    decision = yes_to(bid)
    if decision is None:
        return []
    found = []
    if copy_paper(decision, part, _mode(eyes)) is not None:
        found += [(_("Our own copy (PDF)"), COPY), (_("Our own copy (data)"), COPY_DATA)]
    if eyes.sees_clients_document and certificate_paper(decision) is not None:
        found.append((_("Certificate (PDF)"), CERTIFICATE))
    found.append((_("All of it, to check (ZIP)"), EVIDENCE))
    return [(label, reverse(name, args=[public_id, what])) for label, what in found]


def _for_firm(actor: Actor, bid: Bid, what: str) -> HttpResponse:
    eyes = eyes_of(actor, bid)
    decision = yes_to(bid)
    part = Part.objects.select_related("firm", "bid").filter(bid=bid, firm_id=actor.firm_id or 0).first()
    if decision is None or part is None or not _is_in(part, decision):
        raise NotVisible
    match what:
        case "evidence" if eyes.sees_lead_notes:
            return _zip(whole_bundle(decision), decision)
        case "evidence":
            return _zip(partners_bundle(decision, part, _mode(eyes)), decision)
        case "certificate":
            paper = certificate_paper(decision) if eyes.sees_clients_document else None
            asset, name, ending = paper.asset if paper else None, _("Certificate of acceptance"), "pdf"
        case _:
            copy = copy_paper(decision, part, _mode(eyes))
            is_data = what == COPY_DATA
            asset = (copy.data if is_data else copy.asset) if copy else None
            name, ending = _("Our own copy"), "json" if is_data else "pdf"
    if asset is None:
        raise NotVisible
    return _file(asset, name, decision, ending)


def _mode(eyes: Eyes) -> PriceVisibility:
    return PriceVisibility.ALL if eyes.sees_every_price else eyes.mode


def _is_in(part: Part, decision: Decision) -> bool:
    return part.revision_parts.filter(revision=decision.revision).exists()


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
