WITH seen AS (
  {seen}
), kept AS (
  /* What is no flow is only counted: replies have ports that no two of them share. */
  SELECT {kept}, {counts} FROM seen
), bare AS (
  /* Addresses of nobody that may be a pod's, which has them for some time: pods have theirs from private blocks. */
  SELECT source_address AS address
  FROM kept
  WHERE COALESCE(source_namespace, '') = '' AND (
      source_address LIKE '10.%' OR source_address LIKE '172.%' OR source_address LIKE '192.168.%'
      OR source_address LIKE '100.%' OR source_address LIKE 'fc%' OR source_address LIKE 'fd%'
    )
  UNION
  SELECT destination_address AS address
  FROM kept
  WHERE COALESCE(destination_namespace, '') = '' AND (
      destination_address LIKE '10.%' OR destination_address LIKE '172.%' OR destination_address LIKE '192.168.%'
      OR destination_address LIKE '100.%' OR destination_address LIKE 'fc%' OR destination_address LIKE 'fd%'
    )
), timed AS (
  /* Where whose an address was may depend on the time, records are kept apart by that. */
  SELECT
    kept.*,
    NOT at_source.address IS NULL AS source_is_timed,
    NOT at_destination.address IS NULL AS destination_is_timed,
    CASE
      WHEN NOT at_source.address IS NULL OR NOT at_destination.address IS NULL THEN FLOOR(first_seen / {apart})
    END AS moment
  FROM kept
  LEFT JOIN bare AS at_source ON at_source.address = source_address
  LEFT JOIN bare AS at_destination ON at_destination.address = destination_address
), pods AS (
  SELECT
    {decision}, {source}, {destination}, source_is_timed, destination_is_timed, moment,
    CAST(SUM(seen) AS BIGINT) AS seen, MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
  FROM timed
  GROUP BY {decision}, {source}, {destination}, source_is_timed, destination_is_timed, moment
), told AS (
  SELECT
    pods.*,
    COALESCE(source_namespace, '') <> ''
      AND CONCAT(COALESCE(source_owner, ''), CASE WHEN source_labels LIKE '%k8s:%' THEN source_labels ELSE '' END, COALESCE(source_pod, '')) <> ''
      AND NOT COALESCE(
        source_pod = destination_pod AND (COALESCE(source_namespace, '') = '' OR COALESCE(destination_namespace, '') = ''),
        FALSE
      ) AS source_is_pod,
    COALESCE(destination_namespace, '') <> ''
      AND CONCAT(COALESCE(destination_owner, ''), CASE WHEN destination_labels LIKE '%k8s:%' THEN destination_labels ELSE '' END, COALESCE(destination_pod, '')) <> ''
      AND NOT COALESCE(
        source_pod = destination_pod AND (COALESCE(source_namespace, '') = '' OR COALESCE(destination_namespace, '') = ''),
        FALSE
      ) AS destination_is_pod,
    COALESCE(source_pod <> '' AND source_pod = destination_pod AND source_namespace = destination_namespace, FALSE)
      OR COALESCE(source_namespace, '') = '' AND COALESCE(source_labels, '') LIKE '%reserved:host%'
      OR COALESCE(destination_namespace, '') = '' AND COALESCE(destination_labels, '') LIKE '%reserved:host%'
      AS is_undecided
  FROM pods
), named AS (
  /* A pod's address does not tell whose it is, nor does its name where its owner is known. */
  SELECT
    {decision}, source_is_timed, destination_is_timed, moment, seen, first_seen, last_seen, source_is_pod, destination_is_pod, is_undecided,
    source_address AS address_of_source,
    destination_address AS address_of_destination,
    CASE
      WHEN (source_is_timed AND COALESCE(source_namespace, '') = '')
        OR (destination_is_timed AND COALESCE(destination_namespace, '') = '') THEN moment
    END AS moment_of_flow,
    source_namespace,
    CASE
      WHEN NOT source_is_pod OR is_undecided OR COALESCE(source_owner, '') = '' OR source_kind = 'StatefulSet'
      THEN source_pod
    END AS source_pod,
    source_owner,
    source_kind,
    source_labels,
    CASE WHEN NOT source_is_pod THEN source_address END AS source_address,
    CASE WHEN NOT source_is_pod THEN source_names END AS source_names,
    destination_namespace,
    CASE
      WHEN NOT destination_is_pod OR is_undecided OR COALESCE(destination_owner, '') = '' OR destination_kind = 'StatefulSet'
      THEN destination_pod
    END AS destination_pod,
    destination_owner,
    destination_kind,
    destination_labels,
    CASE WHEN NOT destination_is_pod THEN destination_address END AS destination_address,
    CASE WHEN NOT destination_is_pod THEN destination_names END AS destination_names
  FROM told
)
SELECT
  'flow' AS record, {decision}, {source}, {destination},
  CAST(SUM(seen) AS BIGINT) AS seen, MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
FROM named
GROUP BY {decision}, {source}, {destination}, moment_of_flow
UNION ALL
SELECT
  'stay' AS record, log, {no_decision},
  source_namespace, source_pod, source_owner, source_kind, source_labels, address_of_source AS source_address,
  source_names, {no_end},
  CAST(0 AS BIGINT) AS seen, MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
FROM named
WHERE source_is_pod AND NOT is_undecided AND source_is_timed
GROUP BY log, source_namespace, source_pod, source_owner, source_kind, source_labels, address_of_source, source_names,
  moment
UNION ALL
SELECT
  'stay' AS record, log, {no_decision},
  destination_namespace, destination_pod, destination_owner, destination_kind, destination_labels,
  address_of_destination, destination_names, {no_end},
  CAST(0 AS BIGINT) AS seen, MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
FROM named
WHERE destination_is_pod AND NOT is_undecided AND destination_is_timed
GROUP BY
  log, destination_namespace, destination_pod, destination_owner, destination_kind, destination_labels,
  address_of_destination, destination_names, moment
