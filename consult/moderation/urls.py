from django.urls import path

from .views import appeal, public_campaigns

urlpatterns = [
    path(
        "groups/<slug:group>/<slug:draft>/campaigns/",
        public_campaigns.campaigns,
        name="campaigns",
    ),
    path(
        "groups/<slug:group>/<slug:draft>/campaigns/<int:number>/",
        public_campaigns.campaign,
        name="campaign",
    ),
    path(
        "receipt/<str:code>/comments/<int:number>/appeal/",
        appeal.make_appeal,
        name="appeal_comment",
    ),
]
