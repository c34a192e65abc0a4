import pytest
from django.contrib.auth.models import User
from django.test import Client

from consult.submissions.models import Comment
from tests.factories import comment_on
from working_groups.models import DraftPage


@pytest.fixture
def pending(draft: DraftPage) -> Comment:
    """A comment that waits for the chair of the first group, with words to look for."""
    return comment_on(draft, "Palabras reservadas sobre la sierra.", themes=("equity",))


@pytest.fixture
def their_client(other_chair: User) -> Client:
    """The other group's chair, signed in, with a comment of their own group's to decide."""
    client = Client()
    client.force_login(other_chair)
    return client


@pytest.fixture
def chair_client(chair: User) -> Client:
    client = Client()
    client.force_login(chair)
    return client
