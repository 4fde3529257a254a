-- Corrections, reviews and what is said of tags: caches of the fold like `tags`. And what a notice said before it was
-- revised.

-- The parser's value as JSON where an analyst's stands in `value`, or where a verdict rejects it; NULL where `value` is
-- the parser's own. `incidents`, `actions`, `data_types` and `events` hold what counts, whoever said so.
ALTER TABLE facts ADD COLUMN parsed TEXT;

-- `folded` is a corrected name as text::search_fold gives it: words look there too.
CREATE TABLE corrections (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  folded TEXT,
  PRIMARY KEY (incident, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE reviews (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  field TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected')),
  PRIMARY KEY (incident, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag_traits (
  tag TEXT PRIMARY KEY,
  description TEXT,
  colour TEXT,
  key TEXT
) STRICT, WITHOUT ROWID;

-- The changes that `tag_traits` is the fold of.
CREATE INDEX operations_of_tags ON operations (id)
  WHERE change ->> 'kind' IN ('rename', 'delete', 'describe', 'key');

-- What the parser found in an incident's text before the document changed it.
CREATE TABLE revisions (
  key INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  field TEXT NOT NULL,
  was TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX revisions_incident ON revisions (incident);
