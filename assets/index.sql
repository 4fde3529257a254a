-- The search index beside a case book: which texts hold which characters. All of it is made from the case book and can be
-- made anew. Tokens are characters as letters and digits (see src/store/index/tokens.rs); a rowid is a place: the day of
-- publication << 32 | the incident's key, so that later days have greater ones.

-- Every two characters that follow each other: a word of several characters is a phrase.
CREATE VIRTUAL TABLE pairs USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii', detail = full);
-- Blobs of FTS5 fill a page each.
INSERT INTO pairs (pairs, rank) VALUES ('pgsz', 8000);

-- For words of one character: the incidents that the index was built of, in the order of their places, 65536 to a block.
-- Their keys and days are 32-bit numbers, least byte first; `gone` is a bitmap of the numbers of those taken out since.
CREATE TABLE blocks (
  block INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  keys BLOB NOT NULL,
  days BLOB NOT NULL,
  gone BLOB
) STRICT;
-- Which incidents of a block hold a character, as a bitmap of their numbers in it. `slot` is the text's kind << 37 | the
-- character << 16 | the block.
CREATE TABLE chars (
  slot INTEGER PRIMARY KEY,
  docs BLOB NOT NULL
) STRICT;
-- Every character once of the incidents that were written since.
CREATE VIRTUAL TABLE singles USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii', detail = none);

-- Where an incident stands; `nth` of those that the index was built of, NULL for one that was written since.
CREATE TABLE docs (
  incident INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  nth INTEGER
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
