/* `flows` is a table or a view of VPC flow logs, with all columns that stand here, as AWS names them in Parquet. */
SELECT
  told.*,
  CASE
    WHEN COALESCE(status, 'OK') <> 'OK' THEN TRUE
    WHEN protocol IS NULL OR protocol = 'other' OR COALESCE(port, 0) = 0 THEN TRUE
    WHEN tcp_flags = 'SYN,ACK' THEN TRUE
    WHEN tcp_flags = 'SYN' THEN FALSE
    WHEN COALESCE(source_port, 0) = 0 THEN port >= 32768
    WHEN (port < 1024) <> (source_port < 1024) THEN port >= 1024
    WHEN (port < 32768) <> (source_port < 32768) THEN port >= 32768
    ELSE TRUE
  END AS is_passed_over
FROM (
  SELECT
    'vpc' AS log,
    NULLIF(flows.log_status, '-') AS status,
    NULLIF(flows.action, '-') AS verdict,
    NULLIF(flows.flow_direction, '-') AS direction,
    CASE
      WHEN COALESCE(NULLIF(NULLIF(flows.pkt_srcaddr, '-'), ''), NULLIF(NULLIF(flows.srcaddr, '-'), '')) IS NULL THEN NULL
      WHEN COALESCE(NULLIF(NULLIF(flows.pkt_dstaddr, '-'), ''), NULLIF(NULLIF(flows.dstaddr, '-'), '')) IS NULL THEN NULL
      WHEN flows.srcport IS NULL THEN NULL
      WHEN flows.protocol = 6 THEN 'TCP'
      WHEN flows.protocol = 17 THEN 'UDP'
      WHEN flows.protocol = 132 THEN 'SCTP'
      WHEN NOT flows.protocol IS NULL THEN 'other'
    END AS protocol,
    flows.dstport AS port,
    flows.srcport AS source_port,
    CASE
      WHEN flows.tcp_flags % 4 >= 2 AND flows.tcp_flags % 32 >= 16 THEN 'SYN,ACK'
      WHEN flows.tcp_flags % 4 >= 2 THEN 'SYN'
    END AS tcp_flags,
    CAST(NULL AS VARCHAR) AS source_namespace,
    CAST(NULL AS VARCHAR) AS source_pod,
    CAST(NULL AS VARCHAR) AS source_owner,
    CAST(NULL AS VARCHAR) AS source_kind,
    CAST(NULL AS VARCHAR) AS source_labels,
    COALESCE(NULLIF(NULLIF(flows.pkt_srcaddr, '-'), ''), NULLIF(NULLIF(flows.srcaddr, '-'), '')) AS source_address,
    CAST(NULL AS VARCHAR) AS source_names,
    CAST(NULL AS VARCHAR) AS destination_namespace,
    CAST(NULL AS VARCHAR) AS destination_pod,
    CAST(NULL AS VARCHAR) AS destination_owner,
    CAST(NULL AS VARCHAR) AS destination_kind,
    CAST(NULL AS VARCHAR) AS destination_labels,
    COALESCE(NULLIF(NULLIF(flows.pkt_dstaddr, '-'), ''), NULLIF(NULLIF(flows.dstaddr, '-'), '')) AS destination_address,
    CAST(NULL AS VARCHAR) AS destination_names,
    1 AS seen,
    NULLIF(flows."start", 0) * 1000000 AS first_seen,
    NULLIF(flows."end", 0) * 1000000 AS last_seen
  FROM flows
) AS told
