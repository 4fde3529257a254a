-- To find the operations on an incident, the targets of small operations are indexed. Those of bulk operations are not,
-- at first: ten thousand ids lie all over the index, and to touch most of its pages takes longer than all the rest of
-- the operation. Readers ask the bulk operations one by one, until whoever works on many incidents anyway (an ingest, a
-- merge, a compacting) indexes what they have left.
ALTER TABLE operations ADD COLUMN bulk INTEGER NOT NULL DEFAULT 0;
CREATE INDEX operations_bulk ON operations (cancelled) WHERE bulk = 1;

ALTER TABLE operation_targets ADD COLUMN bulk INTEGER NOT NULL DEFAULT 0;
DROP INDEX operation_targets_incident;
CREATE INDEX operation_targets_incident ON operation_targets (incident, operation) WHERE bulk = 0;

-- To be asked for one incident.
CREATE VIEW operations_on AS
  SELECT incident, operation FROM operation_targets WHERE bulk = 0
  UNION ALL
  SELECT t.incident, t.operation FROM operations o CROSS JOIN operation_targets t ON t.operation = o.key
    WHERE o.bulk = 1 AND t.bulk = 1;
