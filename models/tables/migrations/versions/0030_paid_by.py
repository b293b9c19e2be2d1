"""The rule that a session is paid by is kept with it; of sessions earned before, the one that their lines name."""

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0031"
branch_labels = None
depends_on = None

OF_ITS_SERVICE = """
r.clinician_id = s.clinician_id and (r.service_id is null or r.service_id = s.service_id)
and r.after_sessions <= coalesce(s.earned_rank, 0)
"""
AS_NAMED = f"""
update session s set pay_rule_id = (
  select r.id from pay_rule r where {OF_ITS_SERVICE} and l.rule = 'pay.' || r.basis || ' since ' || r.effective_from
  order by r.service_id is null, r.after_sessions desc, r.id limit 1)
from (select distinct on (session_id) session_id, rule from pay_line
  where source in ('session', 'collection', 'recalculated') order by session_id, id desc) l
where l.session_id = s.id and s.earned_on is not null
"""
NOTHING_COLLECTED_YET = f"""
update session s set pay_rule_id = (
  select r.id from pay_rule r where {OF_ITS_SERVICE} and r.effective_from <= held.day
  order by r.service_id is null, r.effective_from desc, r.after_sessions desc, r.id limit 1)
from (select s.id, cast(s.starts at time zone p.timezone as date) as day from session s, practice p) held
where held.id = s.id and s.earned_on is not null
  and not exists (select from pay_line l where l.session_id = s.id
    and l.source in ('session', 'collection', 'recalculated'))
  and (not exists (select from pay_terms t where t.clinician_id = s.clinician_id and t.effective_from <= held.day)
    or exists (select from pay_terms t where t.clinician_id = s.clinician_id
      and held.day between t.effective_from and coalesce(t.effective_until, held.day)))
"""


def upgrade() -> None:
    op.add_column("session", sa.Column("pay_rule_id", sa.Integer(), sa.ForeignKey("pay_rule.id"), nullable=True))
    op.execute(AS_NAMED)
    op.execute(NOTHING_COLLECTED_YET)
