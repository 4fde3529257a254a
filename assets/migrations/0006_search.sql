-- What the search index and the columns in memory have to look at again, in the order in which it happened. `what`: 1 the
-- status, 2 what lists, orders and fields' words go by, 3 the text, or whether there is such an incident at all. Pruned
-- when the index has caught up; the newest row always stays, so that numbers never come twice.
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL,
  what INTEGER NOT NULL
) STRICT;

CREATE TRIGGER searchable_written AFTER INSERT ON searchable BEGIN
  INSERT INTO changes (incident, what) VALUES (new.incident, 3);
END;
CREATE TRIGGER searchable_deleted AFTER DELETE ON searchable BEGIN
  INSERT INTO changes (incident, what) VALUES (old.incident, 3);
END;
CREATE TRIGGER incidents_status AFTER UPDATE OF status ON incidents WHEN old.status <> new.status BEGIN
  INSERT INTO changes (incident, what) VALUES (new.key, 1);
END;
CREATE TRIGGER incidents_facts
AFTER UPDATE OF gone, kind, published, case_no, action, affected_unit, affected_lo, affected_hi, people, org_folded,
  title_folded, third_folded, gang_folded ON incidents
WHEN old.gone <> new.gone OR old.kind <> new.kind OR old.published IS NOT new.published
  OR old.case_no IS NOT new.case_no OR old.action IS NOT new.action OR old.affected_unit IS NOT new.affected_unit
  OR old.affected_lo IS NOT new.affected_lo OR old.affected_hi IS NOT new.affected_hi OR old.people IS NOT new.people
  OR old.org_folded IS NOT new.org_folded OR old.title_folded IS NOT new.title_folded
  OR old.third_folded IS NOT new.third_folded OR old.gang_folded IS NOT new.gang_folded
BEGIN
  INSERT INTO changes (incident, what) VALUES (new.key, 2);
END;

-- How far the search index beside this file has come, and a word that both know: an index of another state of this file
-- is told by it.
CREATE TABLE indexed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  token TEXT NOT NULL,
  upto INTEGER NOT NULL
) STRICT;

-- Sets that queries ask for, each read from an index alone.
CREATE INDEX incidents_affected ON incidents (affected_unit, affected_lo, affected_hi)
  WHERE affected_unit IS NOT NULL;
CREATE INDEX incidents_exposure ON incidents (exposure) WHERE exposure IS NOT NULL;
CREATE INDEX incidents_third ON incidents (third_folded) WHERE third_folded IS NOT NULL;
CREATE INDEX incidents_follows ON incidents (follows) WHERE follows > 0;
CREATE INDEX facts_days ON facts (field, value) WHERE field IN ('occurred', 'discovered');
CREATE INDEX events_first ON events (incident) WHERE seq = 0;
