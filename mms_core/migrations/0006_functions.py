"""Search and the version of public pages, as functions owned by mms_search.

Under row-level security an operator that is not leakproof cannot use its index, so full text runs
in a definer function; the municipality comes from the setting, never from the caller.
"""

from alembic import op

revision = "0006_functions"
down_revision = "0005_counters"
branch_labels = None
depends_on = None

FIND = """
create function mms.find_cases(
    query text, only_module text, before timestamptz, before_id uuid, how_many int
) returns table (id uuid, opened_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, mms as $$
declare
    hall int := nullif(current_setting('app.tenant_id', true), '')::int;
begin
    if coalesce(hall, 0) = 0 then
        return;
    end if;
    return query execute
        'select c.id, c.opened_at from mms.cases c'
        ' where c.tenant_id = $1 and c.search @@ to_tsquery(''simple'', $2)'
        ' and ($3 is null or c.module = $3)'
        ' and ($4 is null or (c.opened_at, c.id) < ($4, $5))'
        ' order by c.opened_at desc, c.id desc limit $6'
        using hall, query, only_module, before, before_id, how_many;
end $$
"""

VERSION = """
create function mms.public_version(hall int, of_module text)
returns text
language plpgsql stable security definer set search_path = pg_catalog, mms as $$
declare
    newest bigint;
    how_many bigint;
begin
    select max(no), count(*) into newest, how_many from mms.public_change
        where tenant_id = hall and (of_module is null or module in (of_module, '*'));
    return coalesce(newest, 0) || '.' || how_many;
end $$
"""

SIGNATURES = (
    "mms.find_cases(text, text, timestamptz, uuid, int)",
    "mms.public_version(int, text)",
)


def upgrade() -> None:
    """Create the functions and give them to the role that may read for searching."""
    op.execute("grant create on schema mms to mms_search")
    for body, signature in zip((FIND, VERSION), SIGNATURES, strict=True):
        op.execute(body)
        op.execute(f"alter function {signature} owner to mms_search")
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to mms_app")
    op.execute("revoke create on schema mms from mms_search")
