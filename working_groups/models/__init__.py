from .drafts import DraftPage, Question, QuestionOption, Section
from .groups import GroupIndexPage, Member, WorkingGroupPage
from .versions import Version, VersionSection

__all__ = [
    "DraftPage",
    "GroupIndexPage",
    "Member",
    "Question",
    "QuestionOption",
    "Section",
    "Version",
    "VersionSection",
    "WorkingGroupPage",
]
