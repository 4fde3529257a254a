-- What is known of the past, so that case books can be merged in any order, and so that what was forgotten stays
-- forgotten. All but `births` and `erased` only ever grows, and merging unites it; hashes and places, no texts.

-- What an entry's headline says to the parser, whatever an analyst made of it.
ALTER TABLE incidents ADD COLUMN head_hash INTEGER;

-- When and where a version of a document was taken in. The path of a forgotten one is kept as `sha256:` and its hash.
CREATE TABLE versions (
  sha256 TEXT NOT NULL,
  path TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (sha256, path, at)
) STRICT, WITHOUT ROWID;

-- An ingest found that one version takes the place of another.
CREATE TABLE lineage (
  later TEXT NOT NULL,
  earlier TEXT NOT NULL,
  PRIMARY KEY (later, earlier)
) STRICT, WITHOUT ROWID;

-- Entries of versions that are no longer the newest: what they are recognised by, and which entry of which version
-- their incident was first seen as. `reading` tells several ways of taking the same bytes apart from each other.
CREATE TABLE entries (
  sha256 TEXT NOT NULL,
  reading INTEGER NOT NULL,
  pos INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  body INTEGER NOT NULL,
  head INTEGER NOT NULL,
  born_sha256 TEXT NOT NULL,
  born_pos INTEGER NOT NULL,
  PRIMARY KEY (sha256, reading, pos, lines, body, head, born_sha256, born_pos)
) STRICT, WITHOUT ROWID;

-- Where an incident was first seen, and where last before its document changed; without a row, where it stands.
CREATE TABLE births (
  incident INTEGER PRIMARY KEY REFERENCES incidents (key) ON DELETE CASCADE,
  sha256 TEXT NOT NULL,
  pos INTEGER NOT NULL,
  last_sha256 TEXT,
  last_pos INTEGER
) STRICT;

-- Ids that incidents were given by the case books they come from, where that is more than the id they have.
CREATE TABLE claims (
  sha256 TEXT NOT NULL,
  pos INTEGER NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (sha256, pos, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_id ON claims (id);

-- Ids of forgotten incidents, which the log still names.
CREATE TABLE erased (
  id TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  pos INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- As which entries an operation was aimed at an incident, where that is not as which the incident was first seen.
CREATE TABLE aims (
  operation INTEGER NOT NULL REFERENCES operations (key) ON DELETE CASCADE,
  incident TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  pos INTEGER NOT NULL,
  PRIMARY KEY (operation, incident, sha256, pos)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
  sha256 TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  uid INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Entries of versions that a merge put aside. Another case book may bring work on them, or show that one is an incident
-- of its own.
CREATE TABLE attic (
  sha256 TEXT NOT NULL,
  pos INTEGER NOT NULL,
  content INTEGER NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (sha256, pos)
) STRICT;

-- Before a document's row says what its next version is, what it said is put down.
CREATE TRIGGER documents_version BEFORE UPDATE OF sha256 ON documents WHEN old.sha256 <> new.sha256 BEGIN
  INSERT OR IGNORE INTO versions VALUES (old.sha256, old.path, old.ingested_at);
  INSERT OR IGNORE INTO lineage VALUES (new.sha256, old.sha256);
  INSERT OR IGNORE INTO entries
    SELECT old.sha256, (SELECT count(*) + sum(byte_start) FROM incidents WHERE document = old.key AND gone = 0),
      i.byte_start, i.lines_hash, coalesce(i.body_hash, 0), coalesce(i.head_hash, 0),
      coalesce(b.sha256, old.sha256), coalesce(b.pos, i.byte_start)
    FROM incidents i LEFT JOIN births b ON b.incident = i.key WHERE i.document = old.key AND i.gone = 0;
  INSERT INTO births SELECT key, old.sha256, byte_start, old.sha256, byte_start FROM incidents
    WHERE document = old.key AND gone = 0
    ON CONFLICT (incident) DO UPDATE SET last_sha256 = excluded.last_sha256, last_pos = excluded.last_pos;
END;

-- Another reading of the same bytes may put an entry elsewhere.
CREATE TRIGGER incidents_moved BEFORE UPDATE OF byte_start ON incidents
WHEN old.byte_start <> new.byte_start AND NOT EXISTS (SELECT 1 FROM births WHERE incident = old.key) BEGIN
  INSERT INTO births SELECT old.key, sha256, old.byte_start, NULL, NULL FROM documents WHERE key = old.document;
END;
