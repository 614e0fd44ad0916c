"""Addresses of offers, documents and packages."""

from django.urls import URLPattern, path

from bids.api.answering_clients import (
    BidChangeRequests,
    BidQuestions,
    ChangeRequestDeclined,
    QuestionDrafted,
    QuestionDropped,
    QuestionReleased,
)
from bids.api.answering_urls import urlpatterns as answering_addresses
from bids.api.answers import (
    AnswerFile,
    BidCounterOffers,
    BidDecisions,
    DecisionAnnulled,
    DecisionReasonTold,
)
from bids.api.bids import BidPackage, Bids, BidSheet, BidTotals, OneBid
from bids.api.changing import BidChange, ChangeCancelled, PartGone, ReassignedLines
from bids.api.costs import BidCosts, LineCostOf
from bids.api.documents import BidDocuments, DocumentContent, OneDocument
from bids.api.editing_urls import urlpatterns as editing_addresses
from bids.api.letters import BidLetters, LetterAgain, LetterArrived, LetterHandled, RemindAgain, StopReminders
from bids.api.oks import (
    BidOks,
    LegalQuestions,
    MyAlwaysAsk,
    MyOk,
    MyOkTakenBack,
    OneLegalQuestion,
    PartLeftOut,
    PartTakenOver,
)
from bids.api.own_part import BidOwnPart
from bids.api.own_work import BidWork, BidWorkCalendar, BidWorkRows, WorkDone, WorkInvoiced, WorkQuantity
from bids.api.packages import PackageCheck, PackageTotals
from bids.api.papers import (
    AnswerBundle,
    AnswerCertificate,
    BidProof,
    ProofBundle,
    ProofCertificate,
    ProofCopy,
    ProofCopyData,
)
from bids.api.sending import (
    BidVersions,
    ClientLinkRevoked,
    ClientLinks,
    Closed,
    OneVersion,
    ScheduleMoved,
    Sending,
    SendingCancelled,
    SentFromOwnMail,
    ValidUntil,
    Withdrawn,
)
from bids.api.starting_urls import urlpatterns as starting_urls
from bids.api.work import BidHistory, Work

urlpatterns: list[URLPattern] = [
    path("bids/", Bids.as_view(), name="bids"),
    *starting_urls,
    path("bids/<uuid:public_id>/", OneBid.as_view(), name="bid"),
    path("bids/<uuid:public_id>/package/", BidPackage.as_view(), name="bid-package"),
    path("bids/<uuid:public_id>/totals/", BidTotals.as_view(), name="bid-totals"),
    path("bids/<uuid:public_id>/sheet/", BidSheet.as_view(), name="bid-sheet"),
    path("bids/<uuid:public_id>/documents/", BidDocuments.as_view(), name="bid-documents"),
    path("bids/<uuid:public_id>/letters/", BidLetters.as_view(), name="bid-letters"),
    path("letters/<uuid:public_id>/send-again/", LetterAgain.as_view(), name="letter-again"),
    path("letters/<uuid:public_id>/arrived/", LetterArrived.as_view(), name="letter-arrived"),
    path("letters/<uuid:public_id>/handled/", LetterHandled.as_view(), name="letter-handled"),
    path("requests/<uuid:public_id>/remind/", RemindAgain.as_view(), name="remind-again"),
    path("requests/<uuid:public_id>/stop-reminders/", StopReminders.as_view(), name="stop-reminders"),
    path("bids/<uuid:public_id>/own-part/", BidOwnPart.as_view(), name="bid-own-part"),
    path("bids/<uuid:public_id>/work/", BidWork.as_view(), name="bid-work"),
    path("bids/<uuid:public_id>/work/calendar/", BidWorkCalendar.as_view(), name="bid-work-calendar"),
    path("bids/<uuid:public_id>/work/rows/", BidWorkRows.as_view(), name="bid-work-rows"),
    path("bids/<uuid:public_id>/work/done/", WorkDone.as_view(), name="bid-work-done"),
    path("bids/<uuid:public_id>/work/invoices/<int:number>/", WorkInvoiced.as_view(), name="bid-work-invoiced"),
    path("bids/<uuid:public_id>/work/quantities/<str:code>/", WorkQuantity.as_view(), name="bid-work-quantity"),
    path("bids/<uuid:public_id>/costs/", BidCosts.as_view(), name="bid-costs"),
    path("bids/<uuid:public_id>/costs/<str:code>/", LineCostOf.as_view(), name="bid-cost"),
    path("bids/<uuid:public_id>/history/", BidHistory.as_view(), name="bid-history"),
    path("bids/<uuid:public_id>/oks/", BidOks.as_view(), name="bid-oks"),
    path("bids/<uuid:public_id>/ok/", MyOk.as_view(), name="bid-ok"),
    path("bids/<uuid:public_id>/ok/taken-back/", MyOkTakenBack.as_view(), name="bid-ok-taken-back"),
    path("bids/<uuid:public_id>/ok/always-ask/", MyAlwaysAsk.as_view(), name="bid-ok-always-ask"),
    path("bids/<uuid:public_id>/parts/<str:key>/taken-over/", PartTakenOver.as_view(), name="part-taken-over"),
    path("bids/<uuid:public_id>/change/", BidChange.as_view(), name="bid-change"),
    path("bids/<uuid:public_id>/change/cancelled/", ChangeCancelled.as_view(), name="change-cancelled"),
    path("bids/<uuid:public_id>/change/lines/", ReassignedLines.as_view(), name="reassigned-lines"),
    path("bids/<uuid:public_id>/parts/<str:key>/gone/", PartGone.as_view(), name="part-gone"),
    path("bids/<uuid:public_id>/parts/<str:key>/left-out/", PartLeftOut.as_view(), name="part-left-out"),
    path("bids/<uuid:public_id>/legal-questions/", LegalQuestions.as_view(), name="legal-questions"),
    path("bids/<uuid:public_id>/legal-questions/<str:question>/", OneLegalQuestion.as_view(), name="legal-question"),
    *answering_addresses,
    *editing_addresses,
    path("bids/<uuid:public_id>/sending/", Sending.as_view(), name="bid-sending"),
    path("bids/<uuid:public_id>/versions/", BidVersions.as_view(), name="bid-versions"),
    path("bids/<uuid:public_id>/versions/<int:number>/", OneVersion.as_view(), name="bid-version"),
    path(
        "bids/<uuid:public_id>/versions/<int:number>/cancelled/", SendingCancelled.as_view(), name="version-cancelled"
    ),
    path("bids/<uuid:public_id>/versions/<int:number>/sent/", SentFromOwnMail.as_view(), name="version-sent"),
    path("bids/<uuid:public_id>/versions/<int:number>/withdrawn/", Withdrawn.as_view(), name="version-withdrawn"),
    path("bids/<uuid:public_id>/valid-until/", ValidUntil.as_view(), name="bid-valid-until"),
    path("bids/<uuid:public_id>/schedule-moved/", ScheduleMoved.as_view(), name="bid-schedule-moved"),
    path("bids/<uuid:public_id>/closed/", Closed.as_view(), name="bid-closed"),
    path("bids/<uuid:public_id>/client-links/", ClientLinks.as_view(), name="client-links"),
    path("client-links/<uuid:public_id>/revoked/", ClientLinkRevoked.as_view(), name="client-link-revoked"),
    path("bids/<uuid:public_id>/decisions/", BidDecisions.as_view(), name="bid-decisions"),
    path("bids/<uuid:public_id>/counter-offers/", BidCounterOffers.as_view(), name="bid-counter-offers"),
    path("bids/<uuid:public_id>/answers/<uuid:answer>/file/", AnswerFile.as_view(), name="answer-file"),
    path(
        "bids/<uuid:public_id>/answers/<uuid:answer>/certificate/",
        AnswerCertificate.as_view(),
        name="answer-certificate",
    ),
    path("bids/<uuid:public_id>/answers/<uuid:answer>/evidence/", AnswerBundle.as_view(), name="answer-evidence"),
    path("bids/<uuid:public_id>/proof/", BidProof.as_view(), name="bid-proof"),
    path("bids/<uuid:public_id>/proof/certificate/", ProofCertificate.as_view(), name="proof-certificate"),
    path("bids/<uuid:public_id>/proof/evidence/", ProofBundle.as_view(), name="proof-evidence"),
    path("bids/<uuid:public_id>/proof/own-copy/", ProofCopy.as_view(), name="proof-own-copy"),
    path("bids/<uuid:public_id>/proof/own-copy/data/", ProofCopyData.as_view(), name="proof-own-copy-data"),
    path("decisions/<uuid:public_id>/annulled/", DecisionAnnulled.as_view(), name="decision-annulled"),
    path("decisions/<uuid:public_id>/reason-told/", DecisionReasonTold.as_view(), name="decision-reason-told"),
    path("bids/<uuid:public_id>/questions/", BidQuestions.as_view(), name="bid-questions"),
    path("bids/<uuid:public_id>/change-requests/", BidChangeRequests.as_view(), name="bid-change-requests"),
    path("questions/<uuid:public_id>/draft/", QuestionDrafted.as_view(), name="question-drafted"),
    path("questions/<uuid:public_id>/release/", QuestionReleased.as_view(), name="question-released"),
    path("questions/<uuid:public_id>/drop/", QuestionDropped.as_view(), name="question-dropped"),
    path("change-requests/<uuid:public_id>/decline/", ChangeRequestDeclined.as_view(), name="change-request-declined"),
    path("my-work/", Work.as_view(), name="work"),
    path("documents/<uuid:public_id>/", OneDocument.as_view(), name="document"),
    path("documents/<uuid:public_id>/content/", DocumentContent.as_view(), name="document-content"),
    path("packages/check/", PackageCheck.as_view(), name="package-check"),
    path("packages/totals/", PackageTotals.as_view(), name="package-totals"),
]
