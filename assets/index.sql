-- The search index beside a case book: which texts hold which characters. All of it is made from the case book and can be
-- made anew. Tokens are characters as letters and digits (see src/store/index/tokens.rs); a rowid is a place: the day of
-- publication << 32 | the incident's key, so that later days have greater ones.

-- Every two characters that follow each other: a word of several characters is a phrase.
CREATE VIRTUAL TABLE pairs USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii', detail = full);
-- Every character once, for words of one character.
CREATE VIRTUAL TABLE singles USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii', detail = none);
-- Blobs of FTS5 fill a page each.
INSERT INTO pairs (pairs, rank) VALUES ('pgsz', 8000);
INSERT INTO singles (singles, rank) VALUES ('pgsz', 8000);

-- Where an incident stands in the two.
CREATE TABLE docs (
  incident INTEGER PRIMARY KEY,
  place INTEGER NOT NULL
) STRICT;

-- Of which case book, and up to which of its `changes`. `token` is the case book's `indexed.token`; the case book still has
-- `previous` where a catch-up ended between writing here and writing there.
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store TEXT NOT NULL,
  token TEXT NOT NULL,
  previous TEXT NOT NULL,
  upto INTEGER NOT NULL,
  docs INTEGER NOT NULL
) STRICT;
