from django.urls import path

from .views import comments, receipts, take_part

urlpatterns = [
    path("groups/<slug:group>/<slug:draft>/comments/", comments.comments, name="comments"),
    path("comments/<int:number>/", comments.comment, name="comment"),
    path("groups/<slug:group>/<slug:draft>/take-part/", take_part.take_part, name="take_part"),
    path("receipt/", receipts.look_up, name="look_up"),
    path("receipt/<str:code>/", receipts.receipt, name="receipt"),
    path("receipt/<str:code>/text/", receipts.receipt, {"as_text": True}, name="receipt_text"),
    path("ledger/", receipts.ledger, name="ledger"),
]
