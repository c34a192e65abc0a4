"""News that the floors above listen to, sent inside the transaction that makes it true."""

from django.dispatch import Signal

# sender: Comment; comments: list of primary keys of those that became public, or are not any more,
# or whose public words changed.
comments_changed = Signal()
# sender: Submission; submission: it, with its comments stored.
submission_received = Signal()
# sender: Comment; comment: it, as its author changed it.
comment_edited = Signal()
# sender: Comment; comments: list of those that their author withdrew.
comments_withdrawn = Signal()
# sender: Submission; submission: it; its sender asks for the receipt by mail.
receipt_asked_for = Signal()
# sender: Submission; email, language: somebody asks for the receipts of that address.
receipts_asked_for = Signal()
# sender: Submission; submission: it; all that its sender said and wrote was erased.
respondent_erased = Signal()
# sender: DataRequest; request: it, answered.
data_request_answered = Signal()
# sender: Attachment; submission: whose form, as it came on paper, by (a user) is about to read.
scan_read = Signal()
