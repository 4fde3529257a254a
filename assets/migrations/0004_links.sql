-- What links incidents: hashes that two of them may share, one row for every incident that its document still holds.
-- `ident` is the incident's id as a number, so that ties are broken alike in every store; `day` counts from 1970-01-01.
-- The order within an index is the order in which the nearest in time are read.
CREATE TABLE links (
  incident INTEGER PRIMARY KEY REFERENCES incidents (key) ON DELETE CASCADE,
  ident INTEGER NOT NULL,
  day INTEGER,
  claim INTEGER NOT NULL,
  contractor INTEGER NOT NULL,
  continues INTEGER NOT NULL,
  org INTEGER,
  third INTEGER,
  subject INTEGER,
  near_a INTEGER,
  near_b INTEGER
) STRICT;
CREATE INDEX links_org ON links (org, day, ident) WHERE org IS NOT NULL;
CREATE INDEX links_third ON links (third, day, ident) WHERE third IS NOT NULL;
CREATE INDEX links_subject ON links (subject, day, ident) WHERE subject IS NOT NULL;
CREATE INDEX links_near_a ON links (near_a) WHERE near_a IS NOT NULL;
CREATE INDEX links_near_b ON links (near_b) WHERE near_b IS NOT NULL;

-- The days of earlier releases that an incident of an organisation continues.
CREATE TABLE link_follows (
  incident INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  org INTEGER NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (incident, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_follows_org ON link_follows (org, day);

-- Incidents whose link keys are still to be made: those of a case book from before there were any.
CREATE TABLE unlinked (
  incident INTEGER PRIMARY KEY REFERENCES incidents (key) ON DELETE CASCADE
) STRICT;
INSERT INTO unlinked SELECT key FROM incidents WHERE gone = 0;

-- The subject's key stands in for it.
DROP INDEX incidents_notice;
ALTER TABLE incidents DROP COLUMN notice_hash;
