"""The tables of a ledger, as the ordered steps that make them: step n leads from version n - 1 to version n.

A step that was ever released stays as it is; a change is a step of its own at the end.
"""

from __future__ import annotations

Step = tuple[str, ...]
"""Statements that are done together or not at all."""


def sqlite_steps(strict: bool) -> tuple[Step, ...]:
    """For SQLite. `strict` holds columns to their types, where the SQLite at hand can (3.37 and later)."""
    return (
        (
            f"""
            CREATE TABLE entries (
              sequence INTEGER PRIMARY KEY,
              kind TEXT NOT NULL,
              source TEXT NOT NULL,
              id TEXT NOT NULL,
              known_at TEXT,
              recorded_at TEXT NOT NULL,
              body TEXT NOT NULL,
              salt TEXT NOT NULL,
              digest TEXT NOT NULL,
              previous TEXT NOT NULL,
              hash TEXT NOT NULL,
              UNIQUE (kind, source, id)
            ) {"STRICT" if strict else ""}
            """,
            "CREATE INDEX entries_by_id ON entries (kind, id)",
            "CREATE INDEX entries_by_kind ON entries (kind)",  # and so by kind and sequence
            """
            CREATE TRIGGER entries_continue BEFORE INSERT ON entries
            WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM entries)
              OR EXISTS (SELECT 1 FROM entries WHERE kind = NEW.kind AND source = NEW.source AND id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'entries are added at the end, once'); END
            """,
            """
            CREATE TRIGGER entries_stay BEFORE DELETE ON entries
            BEGIN SELECT RAISE(ABORT, 'entries stay'); END
            """,
            """
            CREATE TRIGGER entries_stay_as_they_are
            BEFORE UPDATE OF sequence, kind, source, id, known_at, recorded_at, digest, previous, hash ON entries
            BEGIN SELECT RAISE(ABORT, 'entries stay as they are'); END
            """,
        ),
    )


_ALLOWED = """
  tenant = current_setting('aop_rules.tenant', true)
  AND (
    NOT EXISTS (SELECT FROM aop_rules.bindings WHERE role = session_user)
    OR current_setting('aop_rules.tenant', true) IN (SELECT b.tenant FROM aop_rules.bindings b WHERE role = session_user)
  )
"""

POSTGRES_STEPS: tuple[Step, ...] = (
    (
        "CREATE SCHEMA IF NOT EXISTS aop_rules",
        # `identity` is a digest of kind, source and id: of any length, and in no message about a row that stands twice.
        """
        CREATE TABLE aop_rules.entries (
          tenant text NOT NULL,
          sequence bigint NOT NULL,
          identity text NOT NULL,
          kind text NOT NULL,
          source text NOT NULL,
          id text NOT NULL,
          known_at text,
          recorded_at text NOT NULL,
          body text NOT NULL,
          salt text NOT NULL,
          digest text NOT NULL,
          previous text NOT NULL,
          hash text NOT NULL,
          PRIMARY KEY (tenant, sequence),
          UNIQUE (tenant, identity)
        )
        """,
        # An index takes short texts only; the rows that begin alike are few.
        "CREATE INDEX entries_by_id ON aop_rules.entries (tenant, kind, left(id, 200), sequence)",
        "CREATE INDEX entries_by_kind ON aop_rules.entries (tenant, kind, sequence)",
        "CREATE INDEX entries_by_source ON aop_rules.entries (tenant, kind, left(source, 200), sequence)",
        # Who writes for a tenant holds its row.
        "CREATE TABLE aop_rules.writers (tenant text PRIMARY KEY)",
        # A role that stands here may use these tenants only.
        "CREATE TABLE aop_rules.bindings (role name NOT NULL, tenant text NOT NULL, PRIMARY KEY (role, tenant))",
        *(
            statement
            for table in ("entries", "writers", "bindings")
            for statement in (
                f"ALTER TABLE aop_rules.{table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE aop_rules.{table} FORCE ROW LEVEL SECURITY",
            )
        ),
        f"CREATE POLICY own ON aop_rules.entries USING ({_ALLOWED}) WITH CHECK ({_ALLOWED})",
        f"CREATE POLICY own ON aop_rules.writers USING ({_ALLOWED}) WITH CHECK ({_ALLOWED})",
        "CREATE POLICY own ON aop_rules.bindings FOR SELECT USING (role = session_user)",
        """
        CREATE POLICY owner ON aop_rules.bindings USING (
          current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'aop_rules.bindings'::regclass)
        )
        """,
        # What the planner knows of all rows, it would tell everybody in its estimates.
        *(
            f"ALTER TABLE aop_rules.entries ALTER COLUMN {column} SET STATISTICS 0"
            for column in (
                *("tenant", "sequence", "identity", "kind", "source", "id", "known_at", "recorded_at"),
                *("body", "salt", "digest", "previous", "hash"),
            )
        ),
        """
        CREATE FUNCTION aop_rules.continues() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
        BEGIN
          IF NEW.sequence <> (
            SELECT coalesce(max(sequence), 0) + 1 FROM aop_rules.entries WHERE tenant = NEW.tenant
          ) THEN
            RAISE EXCEPTION 'entries are added at the end' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END $$
        """,
        """
        CREATE FUNCTION aop_rules.stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
        BEGIN
          IF TG_OP = 'UPDATE' THEN
            IF (NEW.tenant, NEW.sequence, NEW.identity, NEW.kind, NEW.source, NEW.id, NEW.recorded_at, NEW.digest,
                NEW.previous, NEW.hash)
              = (OLD.tenant, OLD.sequence, OLD.identity, OLD.kind, OLD.source, OLD.id, OLD.recorded_at, OLD.digest,
                OLD.previous, OLD.hash)
              AND NEW.known_at IS NOT DISTINCT FROM OLD.known_at
            THEN
              RETURN NEW;
            END IF;
          END IF;
          RAISE EXCEPTION 'entries stay as they are' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER continues BEFORE INSERT ON aop_rules.entries
        FOR EACH ROW EXECUTE FUNCTION aop_rules.continues()
        """,
        """
        CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON aop_rules.entries
        FOR EACH ROW EXECUTE FUNCTION aop_rules.stays()
        """,
        """
        CREATE TRIGGER all_stay BEFORE TRUNCATE ON aop_rules.entries
        FOR EACH STATEMENT EXECUTE FUNCTION aop_rules.stays()
        """,
    ),
)

POSTGRES_GRANTS: Step = (
    "GRANT USAGE ON SCHEMA aop_rules TO aop_rules_app",
    "GRANT SELECT, INSERT, UPDATE (body, salt) ON aop_rules.entries TO aop_rules_app",
    "GRANT SELECT, INSERT, UPDATE ON aop_rules.writers TO aop_rules_app",
    "GRANT SELECT ON aop_rules.bindings TO aop_rules_app",
)
"""What the role has that works with ledgers."""
