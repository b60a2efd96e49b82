"""The faces of Kinbridge, one area a package; areas do not import each other."""

from network.pages.account.views import blueprint as account
from network.pages.admin.views import blueprint as admin
from network.pages.chapters.views import blueprint as chapters
from network.pages.directory.views import blueprint as directory
from network.pages.home.views import blueprint as home
from network.pages.impact.views import blueprint as impact
from network.pages.introductions.views import blueprint as introductions
from network.pages.join.views import blueprint as join
from network.pages.missions.views import blueprint as missions
from network.pages.needs.views import blueprint as needs
from network.pages.outcomes.views import blueprint as outcomes
from network.pages.papers.views import blueprint as papers
from network.pages.queue.views import blueprint as queue
from network.pages.reports.views import blueprint as reports
from network.pages.sign_in.views import blueprint as sign_in

BLUEPRINTS = (
    home,
    join,
    sign_in,
    directory,
    chapters,
    needs,
    papers,
    introductions,
    outcomes,
    missions,
    queue,
    impact,
    reports,
    account,
    admin,
)
