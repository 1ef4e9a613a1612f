"""Addresses of reviews."""

from django.urls import path

from agentops.web.reviews.parts import mail, part
from agentops.web.reviews.views import claim, comment, decide, detail, draft, preview, undo

urlpatterns = [
    path("<uuid:review_id>/", detail, name="review"),
    path("<uuid:review_id>/decide/", decide, name="review_decide"),
    path("<uuid:review_id>/preview/", preview, name="review_preview"),
    path("<uuid:review_id>/claim/", claim, name="review_claim"),
    path("<uuid:review_id>/draft/", draft, name="review_draft"),
    path("<uuid:review_id>/comment/", comment, name="review_comment"),
    path("<uuid:review_id>/undo/", undo, name="review_undo"),
    path("<uuid:review_id>/mail/", mail, name="review_mail"),
    path("<uuid:review_id>/parts/<slug:name>/", part, name="review_part"),
]
