"""A search that costs the same in a large hall: the newest cases first, then the index of words."""

from alembic import op

revision = "0062_find_near"
down_revision = "0061_settled"
branch_labels = None
depends_on = None

# A word that many cases have is soon found among the newest; by the index of words all of them
# would be fetched to be sorted. A rare word needs that index, which knows the hall already (each
# word carries it): `tenant_id + 0` keeps the planner from reading the hall's own index beside it.
FIND = """
create or replace function mms.find_cases(
    query text, only_module text, before timestamptz, before_id uuid, how_many int
) returns table (id uuid, opened_at timestamptz)
language plpgsql stable security definer rows 30 set search_path = pg_catalog, mms as $$
declare
    hall int := nullif(current_setting('app.tenant_id', true), '')::int;
    words tsquery;
    from_at timestamptz := coalesce(before, 'infinity');
    from_id uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    near constant int := 400;
    got int;
begin
    if coalesce(hall, 0) = 0 then
        return;
    end if;
    words := to_tsquery('simple', query);
    return query
        select n.id, n.opened_at from (
            select c.id, c.opened_at, c.module, c.search from mms.cases c
            where c.tenant_id = hall and (c.opened_at, c.id) < (from_at, from_id)
            order by c.opened_at desc, c.id desc limit near
        ) n
        where n.search @@ words and (only_module is null or n.module = only_module)
        order by n.opened_at desc, n.id desc limit how_many;
    get diagnostics got = row_count;
    if got = how_many then
        return;
    end if;
    select n.opened_at, n.id into from_at, from_id from (
        select c.opened_at, c.id from mms.cases c
        where c.tenant_id = hall and (c.opened_at, c.id) < (from_at, from_id)
        order by c.opened_at desc, c.id desc limit 1 offset near - 1
    ) n;
    if from_at is null then
        return;
    end if;
    return query execute
        'select c.id, c.opened_at from mms.cases c'
        ' where c.tenant_id + 0 = $1 and c.search @@ $2'
        ' and ($3 is null or c.module = $3) and (c.opened_at, c.id) < ($4, $5)'
        ' order by c.opened_at desc, c.id desc limit $6'
        using hall, words, only_module, from_at, from_id, how_many - got;
end $$
"""


def upgrade() -> None:
    """Replace the function; owner and rights stay as they are."""
    op.execute("grant create on schema mms to mms_search")
    op.execute(FIND)
    op.execute("revoke create on schema mms from mms_search")
