from django.urls import path

from .views import (
    attachments,
    comments,
    data_requests,
    ledger,
    own_comment,
    privacy,
    receipts,
    take_part,
)

COMMENT = "receipt/<str:code>/comments/<int:number>/"

urlpatterns = [
    path("groups/<slug:group>/<slug:draft>/comments/", comments.comments, name="comments"),
    path("comments/<int:number>/", comments.comment, name="comment"),
    path(
        "comments/<int:number>/files/<int:file>/", attachments.of_comment, name="comment_attachment"
    ),
    path("groups/<slug:group>/<slug:draft>/take-part/", take_part.take_part, name="take_part"),
    path("receipt/", receipts.look_up, name="look_up"),
    path("receipt/forgotten/", receipts.forgotten, name="forgotten_receipt"),
    path("receipt/<str:code>/", receipts.receipt, name="receipt"),
    path("receipt/<str:code>/text/", receipts.receipt, {"as_text": True}, name="receipt_text"),
    path("receipt/<str:code>/mail/", receipts.mail_receipt, name="mail_receipt"),
    path("receipt/<str:code>/data.json", data_requests.own_data, name="own_data"),
    path("receipt/<str:code>/proof.json", ledger.own_proof, name="own_proof"),
    path("receipt/<str:code>/withdraw/", own_comment.take_back, name="withdraw_all"),
    path("receipt/<str:code>/files/<int:file>/", attachments.of_receipt, name="receipt_attachment"),
    path(COMMENT, own_comment.change, name="change_comment"),
    path(f"{COMMENT}withdraw/", own_comment.take_back, name="withdraw_comment"),
    path("data-rights/", data_requests.data_rights, name="data_rights"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/<str:version>/", privacy.privacy, name="privacy_version"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/proof.json", ledger.proof, name="ledger_proof"),
    path("ledger/verify_proof.py", ledger.verifier, name="verify_proof"),
]
