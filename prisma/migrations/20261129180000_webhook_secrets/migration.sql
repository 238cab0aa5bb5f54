-- Who made an endpoint; null: an earlier release did not record it. `secret` and `previous_secret` are encrypted where
-- there is a SECRETS_KEY (packages/webhooks/src/secret-cipher.ts).
ALTER TABLE webhook_endpoints ADD COLUMN created_by text;

-- Earlier releases kept secrets in the outcomes of keyed calls. The callers are found one by one through the primary key,
-- as the table may be large.
WITH RECURSIVE callers AS (
  SELECT min(caller) AS caller
  FROM idempotency_keys
  UNION ALL
  SELECT (SELECT min(caller) FROM idempotency_keys WHERE caller > callers.caller)
  FROM callers
  WHERE caller IS NOT NULL
)
UPDATE idempotency_keys
SET outcome = (outcome::jsonb - 'secret' || '{"created_by": null}')::json
WHERE caller IN (SELECT caller FROM callers WHERE caller IS NOT NULL)
  AND outcome ->> 'secret' IS NOT NULL
  AND (
    path = '/v1/webhook-endpoints'
    OR (path > '/v1/webhook-endpoints/' AND path < '/v1/webhook-endpoints0')
  );
