/* `flows` is a table or a view with a column `flow`: that of Hubble's lines, with all of its fields that stand here. */
SELECT
  told.*,
  CASE
    WHEN protocol IS NULL OR protocol = 'other' OR COALESCE(port, 0) = 0 THEN TRUE
    WHEN verdict IS NULL OR verdict IN ('TRACED', 'TRANSLATED', 'VERDICT_UNKNOWN') THEN TRUE
    WHEN verdict = 'DROPPED' AND COALESCE(layer, '') <> 'L7'
      AND CONCAT(COALESCE(drop_reason, ''), COALESCE(egress_denied_by, ''), COALESCE(ingress_denied_by, '')) = ''
      AND COALESCE(drop_number, 0) = 0 THEN TRUE
    WHEN NOT is_reply IS NULL THEN is_reply
    WHEN tcp_flags = 'SYN,ACK' THEN TRUE
    WHEN tcp_flags = 'SYN' THEN FALSE
    WHEN tcp_flags IS NULL AND NOT verdict IN ('FORWARDED', 'REDIRECTED', 'AUDIT') AND (
      drop_reason IN ('POLICY_DENIED', 'POLICY_DENY') OR drop_number IN (133, 181)
      OR CONCAT(COALESCE(egress_denied_by, ''), COALESCE(ingress_denied_by, '')) <> ''
    ) THEN FALSE
    WHEN source_port IS NULL THEN port >= 32768
    WHEN (port < 1024) <> (source_port < 1024) THEN port >= 1024
    WHEN (port < 32768) <> (source_port < 32768) THEN port >= 32768
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
      WHEN NOT flow.l4.TCP IS NULL THEN 'TCP'
      WHEN NOT flow.l4.UDP IS NULL THEN 'UDP'
      WHEN NOT flow.l4.SCTP IS NULL THEN 'SCTP'
      WHEN NOT flow.l4 IS NULL THEN 'other'
    END AS protocol,
    COALESCE(flow.l4.TCP.destination_port, flow.l4.UDP.destination_port, flow.l4.SCTP.destination_port) AS port,
    CASE
      WHEN flow.is_reply = FALSE THEN NULL
      ELSE NULLIF(COALESCE(flow.l4.TCP.source_port, flow.l4.UDP.source_port, flow.l4.SCTP.source_port), 0)
    END AS source_port,
    CASE
      WHEN flow.is_reply = FALSE OR flow.l4.TCP.flags IS NULL THEN NULL
      WHEN flow.l4.TCP.flags.SYN AND flow.l4.TCP.flags.ACK THEN 'SYN,ACK'
      WHEN flow.l4.TCP.flags.SYN THEN 'SYN'
      ELSE 'other'
    END AS tcp_flags,
    ARRAY_TO_STRING(
      LIST_TRANSFORM(flow.egress_allowed_by, LAMBDA p : CONCAT(COALESCE(p.namespace, ''), '/', p.name)), ','
    ) AS egress_allowed_by,
    ARRAY_TO_STRING(
      LIST_TRANSFORM(flow.ingress_allowed_by, LAMBDA p : CONCAT(COALESCE(p.namespace, ''), '/', p.name)), ','
    ) AS ingress_allowed_by,
    ARRAY_TO_STRING(
      LIST_TRANSFORM(flow.egress_denied_by, LAMBDA p : CONCAT(COALESCE(p.namespace, ''), '/', p.name)), ','
    ) AS egress_denied_by,
    ARRAY_TO_STRING(
      LIST_TRANSFORM(flow.ingress_denied_by, LAMBDA p : CONCAT(COALESCE(p.namespace, ''), '/', p.name)), ','
    ) AS ingress_denied_by,
    flow.destination_service.namespace AS service_namespace,
    flow.destination_service.name AS service_name,
    flow.source.namespace AS source_namespace,
    flow.source.pod_name AS source_pod,
    flow.source.workloads[1].name AS source_owner,
    flow.source.workloads[1].kind AS source_kind,
    ARRAY_TO_STRING(flow.source.labels, ',') AS source_labels,
    flow.IP.source AS source_address,
    ARRAY_TO_STRING(flow.source_names, ',') AS source_names,
    flow.destination.namespace AS destination_namespace,
    flow.destination.pod_name AS destination_pod,
    flow.destination.workloads[1].name AS destination_owner,
    flow.destination.workloads[1].kind AS destination_kind,
    ARRAY_TO_STRING(flow.destination.labels, ',') AS destination_labels,
    flow.IP.destination AS destination_address,
    ARRAY_TO_STRING(flow.destination_names, ',') AS destination_names,
    1 AS seen,
    EPOCH_US(CAST(flow.time AS TIMESTAMPTZ)) AS first_seen,
    EPOCH_US(CAST(flow.time AS TIMESTAMPTZ)) AS last_seen
  FROM flows
) AS told
