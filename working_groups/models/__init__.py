from .drafts import DraftPage, Question, QuestionOption, Section
from .glossary import GlossaryTerm
from .groups import GroupIndexPage, Member, WorkingGroupPage
from .uploads import DraftUpload
from .versions import Version, VersionSection
from .windows import ConsultationWindow

__all__ = [
    "ConsultationWindow",
    "DraftPage",
    "DraftUpload",
    "GlossaryTerm",
    "GroupIndexPage",
    "Member",
    "Question",
    "QuestionOption",
    "Section",
    "Version",
    "VersionSection",
    "WorkingGroupPage",
]
