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
        COALESCE(COALESCE(drop_reason, ''), ''),
        COALESCE(COALESCE(egress_denied_by, ''), ''),
        COALESCE(COALESCE(ingress_denied_by, ''), '')
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
        OR CONCAT(COALESCE(COALESCE(egress_denied_by, ''), ''), COALESCE(COALESCE(ingress_denied_by, ''), '')) <> ''
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
      CAST(GET_PATH(flow, 'verdict') AS VARCHAR) AS verdict,
      CAST(GET_PATH(flow, 'drop_reason_desc') AS VARCHAR) AS drop_reason,
      CAST(GET_PATH(flow, 'drop_reason') AS INT) AS drop_number,
      CAST(GET_PATH(flow, 'is_reply') AS BOOLEAN) AS is_reply,
      CAST(GET_PATH(flow, 'Type') AS VARCHAR) AS layer,
      CAST(GET_PATH(flow, 'traffic_direction') AS VARCHAR) AS direction,
      CASE
        WHEN NOT GET_PATH(flow, 'l4.TCP') IS NULL
        THEN 'TCP'
        WHEN NOT GET_PATH(flow, 'l4.UDP') IS NULL
        THEN 'UDP'
        WHEN NOT GET_PATH(flow, 'l4.SCTP') IS NULL
        THEN 'SCTP'
        WHEN NOT GET_PATH(flow, 'l4') IS NULL
        THEN 'other'
      END AS protocol,
      COALESCE(
        CAST(GET_PATH(flow, 'l4.TCP.destination_port') AS INT),
        CAST(GET_PATH(flow, 'l4.UDP.destination_port') AS INT),
        CAST(GET_PATH(flow, 'l4.SCTP.destination_port') AS INT)
      ) AS port,
      CASE
        WHEN CAST(GET_PATH(flow, 'is_reply') AS BOOLEAN) = FALSE
        THEN NULL
        ELSE NULLIF(
          COALESCE(
            CAST(GET_PATH(flow, 'l4.TCP.source_port') AS INT),
            CAST(GET_PATH(flow, 'l4.UDP.source_port') AS INT),
            CAST(GET_PATH(flow, 'l4.SCTP.source_port') AS INT)
          ),
          0
        )
      END AS source_port,
      CASE
        WHEN CAST(GET_PATH(flow, 'is_reply') AS BOOLEAN) = FALSE OR GET_PATH(flow, 'l4.TCP.flags') IS NULL
        THEN NULL
        WHEN CAST(GET_PATH(flow, 'l4.TCP.flags.SYN') AS BOOLEAN) AND CAST(GET_PATH(flow, 'l4.TCP.flags.ACK') AS BOOLEAN)
        THEN 'SYN,ACK'
        WHEN CAST(GET_PATH(flow, 'l4.TCP.flags.SYN') AS BOOLEAN)
        THEN 'SYN'
        ELSE 'other'
      END AS tcp_flags,
      ARRAY_TO_STRING(
        TRANSFORM(
          CAST(GET_PATH(flow, 'egress_allowed_by') AS ARRAY),
          p -> CONCAT(COALESCE(GET_PATH(p, 'namespace'), ''), '/', GET_PATH(p, 'name'))
        ),
        ','
      ) AS egress_allowed_by,
      ARRAY_TO_STRING(
        TRANSFORM(
          CAST(GET_PATH(flow, 'ingress_allowed_by') AS ARRAY),
          p -> CONCAT(COALESCE(GET_PATH(p, 'namespace'), ''), '/', GET_PATH(p, 'name'))
        ),
        ','
      ) AS ingress_allowed_by,
      ARRAY_TO_STRING(
        TRANSFORM(
          CAST(GET_PATH(flow, 'egress_denied_by') AS ARRAY),
          p -> CONCAT(COALESCE(GET_PATH(p, 'namespace'), ''), '/', GET_PATH(p, 'name'))
        ),
        ','
      ) AS egress_denied_by,
      ARRAY_TO_STRING(
        TRANSFORM(
          CAST(GET_PATH(flow, 'ingress_denied_by') AS ARRAY),
          p -> CONCAT(COALESCE(GET_PATH(p, 'namespace'), ''), '/', GET_PATH(p, 'name'))
        ),
        ','
      ) AS ingress_denied_by,
      CAST(GET_PATH(flow, 'destination_service.namespace') AS VARCHAR) AS service_namespace,
      CAST(GET_PATH(flow, 'destination_service.name') AS VARCHAR) AS service_name,
      CAST(GET_PATH(flow, 'source.namespace') AS VARCHAR) AS source_namespace,
      CAST(GET_PATH(flow, 'source.pod_name') AS VARCHAR) AS source_pod,
      CAST(GET_PATH(flow, 'source.workloads[0].name') AS VARCHAR) AS source_owner,
      CAST(GET_PATH(flow, 'source.workloads[0].kind') AS VARCHAR) AS source_kind,
      ARRAY_TO_STRING(CAST(GET_PATH(flow, 'source.labels') AS ARRAY), ',') AS source_labels,
      CAST(GET_PATH(flow, 'IP.source') AS VARCHAR) AS source_address,
      ARRAY_TO_STRING(CAST(GET_PATH(flow, 'source_names') AS ARRAY), ',') AS source_names,
      CAST(GET_PATH(flow, 'destination.namespace') AS VARCHAR) AS destination_namespace,
      CAST(GET_PATH(flow, 'destination.pod_name') AS VARCHAR) AS destination_pod,
      CAST(GET_PATH(flow, 'destination.workloads[0].name') AS VARCHAR) AS destination_owner,
      CAST(GET_PATH(flow, 'destination.workloads[0].kind') AS VARCHAR) AS destination_kind,
      ARRAY_TO_STRING(CAST(GET_PATH(flow, 'destination.labels') AS ARRAY), ',') AS destination_labels,
      CAST(GET_PATH(flow, 'IP.destination') AS VARCHAR) AS destination_address,
      ARRAY_TO_STRING(CAST(GET_PATH(flow, 'destination_names') AS ARRAY), ',') AS destination_names,
      1 AS seen,
      DATE_PART(EPOCH_MICROSECOND, TO_TIMESTAMP_TZ(CAST(GET_PATH(flow, 'time') AS VARCHAR))) AS first_seen,
      DATE_PART(EPOCH_MICROSECOND, TO_TIMESTAMP_TZ(CAST(GET_PATH(flow, 'time') AS VARCHAR))) AS last_seen
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
    CASE WHEN NOT at_source.address IS NULL OR NOT at_destination.address IS NULL THEN FLOOR(first_seen / 60000000) END AS moment
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
      COALESCE(COALESCE(source_owner, ''), ''),
      COALESCE(CASE WHEN source_labels LIKE '%k8s:%' THEN source_labels ELSE '' END, ''),
      COALESCE(COALESCE(source_pod, ''), '')
    ) <> ''
    AND NOT COALESCE(
      source_pod = destination_pod AND (
        COALESCE(source_namespace, '') = '' OR COALESCE(destination_namespace, '') = ''
      ),
      FALSE
    ) AS source_is_pod,
    COALESCE(destination_namespace, '') <> ''
    AND CONCAT(
      COALESCE(COALESCE(destination_owner, ''), ''),
      COALESCE(CASE WHEN destination_labels LIKE '%k8s:%' THEN destination_labels ELSE '' END, ''),
      COALESCE(COALESCE(destination_pod, ''), '')
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
