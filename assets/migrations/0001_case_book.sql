-- The case book: documents and their incidents, what the parser found, what analysts did.
-- Times of the log are RFC 3339 in UTC, days are YYYY-MM-DD, lists and values of the record are JSON.
-- Columns called `folded` or `*_folded` hold text as text::search_fold gives it.

CREATE TABLE store (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL
) STRICT;

-- `raw` stands last, so that the other columns are read without it.
CREATE TABLE documents (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  format TEXT NOT NULL,
  encoding TEXT NOT NULL,
  year INTEGER,
  source_url TEXT,
  warnings TEXT NOT NULL,
  ingested_at TEXT NOT NULL,
  raw BLOB NOT NULL
) STRICT;
CREATE INDEX documents_path ON documents (path);

-- Keys are never used again (AUTOINCREMENT): a workbench may hold one of a deleted incident.
-- `gone` marks an incident that a later version of its document no longer holds.
CREATE TABLE incidents (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0,
  kind TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'new',
  published TEXT,
  case_no TEXT,
  org TEXT,
  title TEXT,
  action TEXT,
  affected TEXT,
  affected_unit TEXT,
  affected_lo INTEGER,
  affected_hi INTEGER,
  people INTEGER,
  exposure TEXT,
  follows INTEGER NOT NULL,
  org_folded TEXT,
  title_folded TEXT,
  third_folded TEXT,
  gang_folded TEXT,
  line INTEGER NOT NULL,
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL,
  label TEXT,
  url TEXT,
  lines_hash INTEGER NOT NULL,
  body_hash INTEGER,
  notice_hash INTEGER,
  content_hash INTEGER NOT NULL
) STRICT;
CREATE INDEX incidents_newest ON incidents (published DESC, key, kind, status);
CREATE INDEX incidents_document ON incidents (document, seq);
CREATE INDEX incidents_case ON incidents (case_no) WHERE case_no IS NOT NULL;
CREATE INDEX incidents_lines ON incidents (lines_hash);
CREATE INDEX incidents_notice ON incidents (notice_hash) WHERE notice_hash IS NOT NULL;

CREATE TABLE texts (
  incident INTEGER PRIMARY KEY REFERENCES incidents (key) ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

-- Apart from `texts`, so that a scan reads half as much.
CREATE TABLE searchable (
  incident INTEGER PRIMARY KEY REFERENCES incidents (key) ON DELETE CASCADE,
  folded TEXT NOT NULL
) STRICT;

CREATE TABLE facts (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  field TEXT NOT NULL,
  value TEXT,
  spans TEXT,
  confidence TEXT,
  rule TEXT,
  PRIMARY KEY (incident, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE actions (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (incident, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX actions_name ON actions (name);

CREATE TABLE data_types (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (incident, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX data_types_name ON data_types (name);

CREATE TABLE events (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  until TEXT,
  lo TEXT NOT NULL,
  hi TEXT,
  precision TEXT NOT NULL,
  approx INTEGER NOT NULL,
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (incident, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE warnings (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (incident, seq)
) STRICT, WITHOUT ROWID;

-- The log. `root` is the change that an undo or redo leads back to (a change's own key); `cancelled` is a cache.
CREATE TABLE operations (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  uid INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('change', 'undo', 'redo')),
  change TEXT,
  cancels INTEGER REFERENCES operations (key),
  root INTEGER NOT NULL REFERENCES operations (key) DEFERRABLE INITIALLY DEFERRED,
  cancelled INTEGER NOT NULL DEFAULT 0,
  targets INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX operations_by ON operations (by, id);
CREATE INDEX operations_root ON operations (root);

-- By id, not by key: the log outlives the incidents that it names.
CREATE TABLE operation_targets (
  operation INTEGER NOT NULL REFERENCES operations (key),
  incident TEXT NOT NULL,
  PRIMARY KEY (operation, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_targets_incident ON operation_targets (incident, operation);

-- From here on caches: the fold of the uncancelled operations.
CREATE TABLE tag_names (
  key INTEGER PRIMARY KEY,
  tag TEXT NOT NULL UNIQUE,
  lowered TEXT NOT NULL,
  folded TEXT NOT NULL
) STRICT;

CREATE TABLE tags (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  tag INTEGER NOT NULL REFERENCES tag_names (key),
  PRIMARY KEY (incident, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_tag ON tags (tag);

CREATE TABLE notes (
  operation INTEGER PRIMARY KEY REFERENCES operations (key),
  folded TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE incident_notes (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  operation INTEGER NOT NULL REFERENCES notes (operation),
  PRIMARY KEY (incident, operation)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_notes_operation ON incident_notes (operation);
