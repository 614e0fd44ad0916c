"""Turns a certificate or a firm's own copy of what was agreed into the HTML and files that its PDF is drawn from."""

import hashlib
from typing import Any

from django.template.context import Context
from django.utils.translation import gettext as _
from django.utils.translation import override

from bids.content import CLIENT
from bids.exports.agreed_copy import AgreedCopy
from bids.exports.certificate import Certificate
from bids.sheets.shape import OfferSheet
from worker.documents.compose import document_engine, document_fonts, document_styles, template_version
from worker.documents.job import Limits, RenderJob


def certificate_job(certificate: Certificate) -> RenderJob:
    """The job that draws a certificate; the same certificate gives the same bytes."""
    with override(certificate.language.value):
        title = f"{_('Certificate of acceptance')} {certificate.sheet.number}"
    context = {"certificate": certificate, "lead_sells_all": _lead_sells_all(certificate.sheet)}
    return _job(
        "certificate", certificate.sheet, title, context, made_at=f"{certificate.decided_at:%Y-%m-%dT%H:%M:%SZ}"
    )


def copy_job(copy: AgreedCopy) -> RenderJob:
    """The job that draws a firm's own copy."""
    sheet = copy.sheet
    firm = next(each for each in sheet.firms if each.key == copy.own.key)
    others = {each.key: each.name for each in sheet.firms} | {CLIENT: sheet.client.name}
    with override(copy.language.value):
        title = f"{_('Our own copy')} {sheet.number}: {firm.name}"
    context = {
        "copy": copy,
        "firm": firm,
        "of_the_yes": copy.of_the_yes(),
        "steps": [
            (step, others.get(step.hands_over_to, "") if step.owner == firm.key else "", others.get(step.owner, ""))
            for step in sheet.steps
            if firm.key in {step.owner, step.hands_over_to}
        ],
        "shows_total": copy.own.seen.sums.total is not None,
    }
    return _job("own_copy", sheet, title, context, made_at=f"{copy.decision.decided_at:%Y-%m-%dT%H:%M:%SZ}")


def _job(name: str, sheet: OfferSheet, title: str, context: dict[str, Any], *, made_at: str) -> RenderJob:
    theme = sheet.theme
    with override(sheet.language):
        page = document_engine().get_template(f"documents/{theme}/{name}.html")
        html = page.render(Context({"sheet": sheet, "title": title, **context}, use_l10n=False))
        styles = document_styles(sheet, theme, "papers.css")
    identity = hashlib.sha256("\0".join((html, *styles, template_version(theme))).encode())
    return RenderJob(
        html=html,
        title=title,
        language=sheet.language,
        identifier=identity.digest()[:16],
        stylesheets=styles,
        assets=document_fonts(),
        made_at=made_at,
        author=sheet.lead.name,
        limits=Limits.for_lines(len(sheet.rows)),
    )


def _lead_sells_all(sheet: OfferSheet) -> bool:
    return sheet.is_joint and sheet.invoicing == "lead"
