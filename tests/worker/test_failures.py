"""Whatever stops a document, its maker reads what to do about it."""

import pytest
from django.utils import translation

from bids.sheets.document_sentences import STEPS, failure_sentence
from worker.documents.job import Reason, Step

OUR_FAULT = {Reason.LOST_STYLE, Reason.MISSING_LANGUAGE, Reason.MISSING_TITLE}
"""What no maker of an offer can cause or cure."""


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_a_sentence_in_each_language(reason: Reason) -> None:
    sentences = []
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            sentences.append(failure_sentence(reason))
    assert len(set(sentences)) == 3
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)


def test_only_our_own_faults_share_the_general_sentence() -> None:
    with translation.override("en"):
        general = failure_sentence("no such reason")
        assert {reason for reason in Reason if failure_sentence(reason) == general} == OUR_FAULT


def test_each_step_of_the_renderer_has_its_words_in_the_order_of_the_steps() -> None:
    assert list(STEPS) == list(Step)


def test_a_reason_fits_the_column_it_is_kept_in() -> None:
    assert max(map(len, Reason)) <= 40
