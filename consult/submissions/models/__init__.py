from .comments import Comment, CommentQuerySet, CommentTheme, Statement
from .consent import DataRequest, Precaution, PrivacyNotice
from .files import Attachment, HeldFile, ImportUpload, StoredFile, private_files, stored_name
from .ledger import LedgerEntry, LedgerHead
from .submissions import Answer, Submission

__all__ = [
    "Answer",
    "Attachment",
    "Comment",
    "CommentQuerySet",
    "CommentTheme",
    "DataRequest",
    "HeldFile",
    "ImportUpload",
    "LedgerEntry",
    "LedgerHead",
    "Precaution",
    "PrivacyNotice",
    "Statement",
    "StoredFile",
    "Submission",
    "private_files",
    "stored_name",
]
