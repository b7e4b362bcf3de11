-- `flows` is a table or a view with a column `flow`: that of Hubble's lines, with all of its fields that stand here.
WITH seen AS (
  SELECT
    told.*,
    CASE
      WHEN protocol IS NULL OR protocol = 'other' OR COALESCE(port, 0) = 0
      THEN TRUE
      WHEN verdict IS NULL OR verdict IN ('TRACED', 'TRANSLATED', 'VERDICT_UNKNOWN')
      THEN TRUE
      WHEN verdict = 'DROPPED'
      AND COALESCE(layer, '') <> 'L7'
      AND CONCAT(
        COALESCE(CAST(COALESCE(drop_reason, '') AS VARCHAR), ''),
        COALESCE(CAST(COALESCE(egress_denied_by, '') AS VARCHAR), ''),
        COALESCE(CAST(COALESCE(ingress_denied_by, '') AS VARCHAR), '')
      ) = ''
      AND COALESCE(drop_number, 0) = 0
      THEN TRUE
      WHEN NOT is_reply IS NULL
      THEN is_reply
      WHEN tcp_flags = 'SYN,ACK'
      THEN TRUE
      WHEN tcp_flags = 'SYN'
      THEN FALSE
      WHEN tcp_flags IS NULL
      AND NOT verdict IN ('FORWARDED', 'REDIRECTED', 'AUDIT')
      AND (
        drop_reason IN ('POLICY_DENIED', 'POLICY_DENY')
        OR drop_number IN (133, 181)
        OR CONCAT(
          COALESCE(CAST(COALESCE(egress_denied_by, '') AS VARCHAR), ''),
          COALESCE(CAST(COALESCE(ingress_denied_by, '') AS VARCHAR), '')
        ) <> ''
      )
      THEN FALSE
      WHEN source_port IS NULL
      THEN port >= 32768
      WHEN (
        port < 1024
      ) <> (
        source_port < 1024
      )
      THEN port >= 1024
      WHEN (
        port < 32768
      ) <> (
        source_port < 32768
      )
      THEN port >= 32768
      ELSE TRUE
    END AS is_passed_over
  FROM (
    SELECT
      'hubble' AS log,
      flow.verdict AS verdict,
      flow.drop_reason_desc AS drop_reason,
      flow.drop_reason AS drop_number,
      flow.is_reply AS is_reply,
      flow.Type AS layer,
      flow.traffic_direction AS direction,
      CASE
        WHEN NOT flow.l4.TCP IS NULL
        THEN 'TCP'
        WHEN NOT flow.l4.UDP IS NULL
        THEN 'UDP'
        WHEN NOT flow.l4.SCTP IS NULL
        THEN 'SCTP'
        WHEN NOT flow.l4 IS NULL
        THEN 'other'
      END AS protocol,
      COALESCE(flow.l4.TCP.destination_port, flow.l4.UDP.destination_port, flow.l4.SCTP.destination_port) AS port,
      CASE
        WHEN flow.is_reply = FALSE
        THEN NULL
        ELSE NULLIF(COALESCE(flow.l4.TCP.source_port, flow.l4.UDP.source_port, flow.l4.SCTP.source_port), 0)
      END AS source_port,
      CASE
        WHEN flow.is_reply = FALSE OR flow.l4.TCP.flags IS NULL
        THEN NULL
        WHEN flow.l4.TCP.flags.SYN AND flow.l4.TCP.flags.ACK
        THEN 'SYN,ACK'
        WHEN flow.l4.TCP.flags.SYN
        THEN 'SYN'
        ELSE 'other'
      END AS tcp_flags,
      ARRAY_JOIN(
        TRANSFORM(
          flow.egress_allowed_by,
          p -> CONCAT(
            COALESCE(CAST(COALESCE(p.namespace, '') AS VARCHAR), ''),
            COALESCE(CAST('/' AS VARCHAR), ''),
            COALESCE(CAST(p.name AS VARCHAR), '')
          )
        ),
        ','
      ) AS egress_allowed_by,
      ARRAY_JOIN(
        TRANSFORM(
          flow.ingress_allowed_by,
          p -> CONCAT(
            COALESCE(CAST(COALESCE(p.namespace, '') AS VARCHAR), ''),
            COALESCE(CAST('/' AS VARCHAR), ''),
            COALESCE(CAST(p.name AS VARCHAR), '')
          )
        ),
        ','
      ) AS ingress_allowed_by,
      ARRAY_JOIN(
        TRANSFORM(
          flow.egress_denied_by,
          p -> CONCAT(
            COALESCE(CAST(COALESCE(p.namespace, '') AS VARCHAR), ''),
            COALESCE(CAST('/' AS VARCHAR), ''),
            COALESCE(CAST(p.name AS VARCHAR), '')
          )
        ),
        ','
      ) AS egress_denied_by,
      ARRAY_JOIN(
        TRANSFORM(
          flow.ingress_denied_by,
          p -> CONCAT(
            COALESCE(CAST(COALESCE(p.namespace, '') AS VARCHAR), ''),
            COALESCE(CAST('/' AS VARCHAR), ''),
            COALESCE(CAST(p.name AS VARCHAR), '')
          )
        ),
        ','
      ) AS ingress_denied_by,
      flow.destination_service.namespace AS service_namespace,
      flow.destination_service.name AS service_name,
      flow.source.namespace AS source_namespace,
      flow.source.pod_name AS source_pod,
      ELEMENT_AT(flow.source.workloads, 1).name AS source_owner,
      ELEMENT_AT(flow.source.workloads, 1).kind AS source_kind,
      ARRAY_JOIN(flow.source.labels, ',') AS source_labels,
      flow.IP.source AS source_address,
      ARRAY_JOIN(flow.source_names, ',') AS source_names,
      flow.destination.namespace AS destination_namespace,
      flow.destination.pod_name AS destination_pod,
      ELEMENT_AT(flow.destination.workloads, 1).name AS destination_owner,
      ELEMENT_AT(flow.destination.workloads, 1).kind AS destination_kind,
      ARRAY_JOIN(flow.destination.labels, ',') AS destination_labels,
      flow.IP.destination AS destination_address,
      ARRAY_JOIN(flow.destination_names, ',') AS destination_names,
      1 AS seen,
      CAST(TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(flow.time)) * 1000000 AS BIGINT) AS first_seen,
      CAST(TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(flow.time)) * 1000000 AS BIGINT) AS last_seen
    FROM flows
  ) AS told
), kept AS (
  /* What is no flow is only counted: replies have ports that no two of them share. */
  SELECT
    log,
    verdict,
    drop_reason,
    drop_number,
    is_reply,
    layer,
    direction,
    protocol,
    CASE
      WHEN NOT is_passed_over
      THEN port
      WHEN NOT port IS NULL
      THEN CASE WHEN port < 1 THEN 0 WHEN port < 1024 THEN 1 WHEN port < 32768 THEN 1024 ELSE 32768 END
    END AS port,
    CASE
      WHEN NOT source_port IS NULL
      THEN CASE WHEN source_port < 1 THEN 0 WHEN source_port < 1024 THEN 1 WHEN source_port < 32768 THEN 1024 ELSE 32768 END
    END AS source_port,
    tcp_flags,
    egress_allowed_by,
    ingress_allowed_by,
    egress_denied_by,
    ingress_denied_by,
    CASE WHEN NOT is_passed_over THEN service_namespace END AS service_namespace,
    CASE WHEN NOT is_passed_over THEN service_name END AS service_name,
    CASE WHEN NOT is_passed_over THEN source_namespace END AS source_namespace,
    CASE WHEN NOT is_passed_over THEN source_pod END AS source_pod,
    CASE WHEN NOT is_passed_over THEN source_owner END AS source_owner,
    CASE WHEN NOT is_passed_over THEN source_kind END AS source_kind,
    CASE WHEN NOT is_passed_over THEN source_labels END AS source_labels,
    CASE WHEN NOT is_passed_over THEN source_address END AS source_address,
    CASE WHEN NOT is_passed_over THEN source_names END AS source_names,
    CASE WHEN NOT is_passed_over THEN destination_namespace END AS destination_namespace,
    CASE WHEN NOT is_passed_over THEN destination_pod END AS destination_pod,
    CASE WHEN NOT is_passed_over THEN destination_owner END AS destination_owner,
    CASE WHEN NOT is_passed_over THEN destination_kind END AS destination_kind,
    CASE WHEN NOT is_passed_over THEN destination_labels END AS destination_labels,
    CASE WHEN NOT is_passed_over THEN destination_address END AS destination_address,
    CASE WHEN NOT is_passed_over THEN destination_names END AS destination_names,
    seen,
    first_seen,
    last_seen
  FROM seen
), bare AS (
  /* Addresses of nobody that may be a pod's, which has them for some time: pods have theirs from private blocks. */
  SELECT
    source_address AS address
  FROM kept
  WHERE
    COALESCE(source_namespace, '') = ''
    AND (
      source_address LIKE '10.%'
      OR source_address LIKE '172.%'
      OR source_address LIKE '192.168.%'
      OR source_address LIKE '100.%'
      OR source_address LIKE 'fc%'
      OR source_address LIKE 'fd%'
    )
  UNION
  SELECT
    destination_address AS address
  FROM kept
  WHERE
    COALESCE(destination_namespace, '') = ''
    AND (
      destination_address LIKE '10.%'
      OR destination_address LIKE '172.%'
      OR destination_address LIKE '192.168.%'
      OR destination_address LIKE '100.%'
      OR destination_address LIKE 'fc%'
      OR destination_address LIKE 'fd%'
    )
), timed AS (
  /* Where whose an address was may depend on the time, records are kept apart by that. */
  SELECT
    kept.*,
    NOT at_source.address IS NULL AS source_is_timed,
    NOT at_destination.address IS NULL AS destination_is_timed,
    CASE
      WHEN NOT at_source.address IS NULL OR NOT at_destination.address IS NULL
      THEN FLOOR(CAST(first_seen AS DOUBLE) / 60000000)
    END AS moment
  FROM kept
  LEFT JOIN bare AS at_source
    ON at_source.address = source_address
  LEFT JOIN bare AS at_destination
    ON at_destination.address = destination_address
), pods AS (
  SELECT
    log,
    verdict,
    drop_reason,
    drop_number,
    is_reply,
    layer,
    direction,
    protocol,
    port,
    source_port,
    tcp_flags,
    egress_allowed_by,
    ingress_allowed_by,
    egress_denied_by,
    ingress_denied_by,
    service_namespace,
    service_name,
    source_namespace,
    source_pod,
    source_owner,
    source_kind,
    source_labels,
    source_address,
    source_names,
    destination_namespace,
    destination_pod,
    destination_owner,
    destination_kind,
    destination_labels,
    destination_address,
    destination_names,
    source_is_timed,
    destination_is_timed,
    moment,
    CAST(SUM(seen) AS BIGINT) AS seen,
    MIN(first_seen) AS first_seen,
    MAX(last_seen) AS last_seen
  FROM timed
  GROUP BY
    log,
    verdict,
    drop_reason,
    drop_number,
    is_reply,
    layer,
    direction,
    protocol,
    port,
    source_port,
    tcp_flags,
    egress_allowed_by,
    ingress_allowed_by,
    egress_denied_by,
    ingress_denied_by,
    service_namespace,
    service_name,
    source_namespace,
    source_pod,
    source_owner,
    source_kind,
    source_labels,
    source_address,
    source_names,
    destination_namespace,
    destination_pod,
    destination_owner,
    destination_kind,
    destination_labels,
    destination_address,
    destination_names,
    source_is_timed,
    destination_is_timed,
    moment
), told AS (
  SELECT
    pods.*,
    COALESCE(source_namespace, '') <> ''
    AND CONCAT(
      COALESCE(CAST(COALESCE(source_owner, '') AS VARCHAR), ''),
      COALESCE(CAST(CASE WHEN source_labels LIKE '%k8s:%' THEN source_labels ELSE '' END AS VARCHAR), ''),
      COALESCE(CAST(COALESCE(source_pod, '') AS VARCHAR), '')
    ) <> ''
    AND NOT COALESCE(
      source_pod = destination_pod AND (
        COALESCE(source_namespace, '') = '' OR COALESCE(destination_namespace, '') = ''
      ),
      FALSE
    ) AS source_is_pod,
    COALESCE(destination_namespace, '') <> ''
    AND CONCAT(
      COALESCE(CAST(COALESCE(destination_owner, '') AS VARCHAR), ''),
      COALESCE(CAST(CASE WHEN destination_labels LIKE '%k8s:%' THEN destination_labels ELSE '' END AS VARCHAR), ''),
      COALESCE(CAST(COALESCE(destination_pod, '') AS VARCHAR), '')
    ) <> ''
    AND NOT COALESCE(
      source_pod = destination_pod AND (
        COALESCE(source_namespace, '') = '' OR COALESCE(destination_namespace, '') = ''
      ),
      FALSE
    ) AS destination_is_pod,
    COALESCE(source_pod <> '' AND source_pod = destination_pod AND source_namespace = destination_namespace, FALSE)
    OR COALESCE(source_namespace, '') = ''
    AND COALESCE(source_labels, '') LIKE '%reserved:host%'
    OR COALESCE(destination_namespace, '') = ''
    AND COALESCE(destination_labels, '') LIKE '%reserved:host%' AS is_undecided
  FROM pods
), named AS (
  /* A pod's address does not tell whose it is, nor does its name where its owner is known. */
  SELECT
    log,
    verdict,
    drop_reason,
    drop_number,
    is_reply,
    layer,
    direction,
    protocol,
    port,
    source_port,
    tcp_flags,
    egress_allowed_by,
    ingress_allowed_by,
    egress_denied_by,
    ingress_denied_by,
    service_namespace,
    service_name,
    source_is_timed,
    destination_is_timed,
    moment,
    seen,
    first_seen,
    last_seen,
    source_is_pod,
    destination_is_pod,
    is_undecided,
    source_address AS address_of_source,
    destination_address AS address_of_destination,
    CASE
      WHEN (
        source_is_timed AND COALESCE(source_namespace, '') = ''
      )
      OR (
        destination_is_timed AND COALESCE(destination_namespace, '') = ''
      )
      THEN moment
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
  'flow' AS record,
  log,
  verdict,
  drop_reason,
  drop_number,
  is_reply,
  layer,
  direction,
  protocol,
  port,
  source_port,
  tcp_flags,
  egress_allowed_by,
  ingress_allowed_by,
  egress_denied_by,
  ingress_denied_by,
  service_namespace,
  service_name,
  source_namespace,
  source_pod,
  source_owner,
  source_kind,
  source_labels,
  source_address,
  source_names,
  destination_namespace,
  destination_pod,
  destination_owner,
  destination_kind,
  destination_labels,
  destination_address,
  destination_names,
  CAST(SUM(seen) AS BIGINT) AS seen,
  MIN(first_seen) AS first_seen,
  MAX(last_seen) AS last_seen
FROM named
GROUP BY
  log,
  verdict,
  drop_reason,
  drop_number,
  is_reply,
  layer,
  direction,
  protocol,
  port,
  source_port,
  tcp_flags,
  egress_allowed_by,
  ingress_allowed_by,
  egress_denied_by,
  ingress_denied_by,
  service_namespace,
  service_name,
  source_namespace,
  source_pod,
  source_owner,
  source_kind,
  source_labels,
  source_address,
  source_names,
  destination_namespace,
  destination_pod,
  destination_owner,
  destination_kind,
  destination_labels,
  destination_address,
  destination_names,
  moment_of_flow
UNION ALL
SELECT
  'stay' AS record,
  log,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  source_namespace,
  source_pod,
  source_owner,
  source_kind,
  source_labels,
  address_of_source AS source_address,
  source_names,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  CAST(0 AS BIGINT) AS seen,
  MIN(first_seen) AS first_seen,
  MAX(last_seen) AS last_seen
FROM named
WHERE
  source_is_pod AND NOT is_undecided AND source_is_timed
GROUP BY
  log,
  source_namespace,
  source_pod,
  source_owner,
  source_kind,
  source_labels,
  address_of_source,
  source_names,
  moment
UNION ALL
SELECT
  'stay' AS record,
  log,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  destination_namespace,
  destination_pod,
  destination_owner,
  destination_kind,
  destination_labels,
  address_of_destination,
  destination_names,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  CAST(0 AS BIGINT) AS seen,
  MIN(first_seen) AS first_seen,
  MAX(last_seen) AS last_seen
FROM named
WHERE
  destination_is_pod AND NOT is_undecided AND destination_is_timed
GROUP BY
  log,
  destination_namespace,
  destination_pod,
  destination_owner,
  destination_kind,
  destination_labels,
  address_of_destination,
  destination_names,
  moment
