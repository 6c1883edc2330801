"""New words of the search are put into its index by the vacuum, not by a citizen's post."""

from alembic import op

revision = "0077_search_pending"
down_revision = "0076_job_left"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let 16 MB of new words wait, which are those of some 9,000 cases.

    With the usual 4 MB every 2,200th post put the words of all of them into the index and took 70
    to 80 ms instead of 3. The vacuum does it after 2,000 cases (0074), a minute later at the most.
    """
    op.execute("alter index mms.ix_cases_search set (gin_pending_list_limit = 16384)")
