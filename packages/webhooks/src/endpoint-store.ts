import { isBehind, isoTime, sql, type Page, type Queryable, type Sql, type Transaction } from '@holdfast/db';
import { hastenRetries } from './delivery-queue-store.ts';
import type { SecretCipher } from './secret-cipher.ts';

/** An endpoint as the contract shows it: never with its secret. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  /** Null: all. */
  readonly types: readonly string[] | null;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly failures_in_a_row: number;
  readonly resting_until: string | null;
  readonly previous_secret_until: string | null;
  /** The name of an API key. Null: an earlier release made it. */
  readonly created_by: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

const SHOWN: Sql = sql`id, url, types, description, enabled, disabled_reason, failures_in_a_row,
  ${isoTime(sql`resting_until`)} AS resting_until,
  CASE
    WHEN previous_secret_until > clock_timestamp() THEN ${isoTime(sql`previous_secret_until`)}
  END AS previous_secret_until,
  created_by,
  ${isoTime(sql`created_at`)} AS created_at,
  ${isoTime(sql`updated_at`)} AS updated_at`;

/** The fields that callers set. */
type Settings = Pick<WebhookEndpoint, 'url' | 'types' | 'description'>;

type NewWebhookEndpoint = Settings & {
  readonly id: string;
  readonly secret: string;
  readonly createdBy: string;
};

/** Creates an endpoint that gets the events from now on. Null: there are `endpointsMax` already. */
export async function createWebhookEndpoint(
  tx: Transaction,
  cipher: SecretCipher,
  { id, url, types, description, secret, createdBy }: NewWebhookEndpoint,
  endpointsMax: number,
): Promise<WebhookEndpoint | null> {
  // One after the other, so that each counts those before it.
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('webhook_endpoints', 0))::text`;
  const [created] = await tx.$queryRaw<WebhookEndpoint[]>`
    INSERT INTO webhook_endpoints (id, url, types, description, secret, created_by, cursor)
    SELECT
      ${id}::uuid,
      ${url},
      ${types}::text[],
      ${description},
      ${cipher.encrypt(secret, id)},
      ${createdBy},
      last_position
    FROM event_sequencer
    WHERE (SELECT count(*) FROM webhook_endpoints) < ${endpointsMax}::integer
    RETURNING ${SHOWN}`;
  return created ?? null;
}

/** Endpoints, newest first. */
export async function readWebhookEndpoints(
  db: Queryable,
  { after, limit }: Page,
): Promise<readonly WebhookEndpoint[]> {
  return db.$queryRaw<WebhookEndpoint[]>`
    SELECT ${SHOWN}
    FROM webhook_endpoints
    WHERE ${isBehind(after)}
    ORDER BY id DESC
    LIMIT ${limit}::integer`;
}

export async function readWebhookEndpoint(db: Queryable, id: string): Promise<WebhookEndpoint | null> {
  const [endpoint] = await db.$queryRaw<WebhookEndpoint[]>`
    SELECT ${SHOWN}
    FROM webhook_endpoints
    WHERE id = ${id}::uuid`;
  return endpoint ?? null;
}

/**
 * Changes an endpoint; fields that are absent stay. One that is enabled continues where it stopped. With
 * another URL, or when it is enabled, its failures are cleared and waiting deliveries are tried now.
 *
 * @param caller stands in the reason why it is disabled
 */
export async function updateWebhookEndpoint(
  tx: Transaction,
  id: string,
  { url, types, description, enabled }: Partial<Settings & { readonly enabled: boolean }>,
  caller: string,
): Promise<WebhookEndpoint | null> {
  const isFixed = url !== undefined || enabled === true;
  const [changed] = await tx.$queryRaw<WebhookEndpoint[]>`
    UPDATE webhook_endpoints
    SET
      updated_at = clock_timestamp(),
      url = coalesce(${url ?? null}::text, url),
      types = CASE WHEN ${types !== undefined}::boolean THEN ${types ?? null}::text[] ELSE types END,
      description = CASE WHEN ${description !== undefined}::boolean THEN ${description ?? null} ELSE description END,
      enabled = coalesce(${enabled ?? null}::boolean, enabled),
      disabled_reason = CASE
        WHEN ${enabled === true}::boolean THEN NULL
        WHEN ${enabled === false}::boolean AND enabled THEN ${`disabled by ${caller}`}
        ELSE disabled_reason
      END,
      failures_in_a_row = CASE WHEN ${isFixed}::boolean THEN 0 ELSE failures_in_a_row END,
      resting_until = CASE WHEN ${isFixed}::boolean THEN NULL ELSE resting_until END
    WHERE id = ${id}::uuid
    RETURNING ${SHOWN}`;
  if (changed && isFixed) await hastenRetries(tx, id);
  return changed ?? null;
}

/** @returns whether there was one. Its deliveries are removed later, by retention */
export async function deleteWebhookEndpoint(db: Queryable, id: string): Promise<boolean> {
  const { count } = await db.webhookEndpoint.deleteMany({ where: { id } });
  return count > 0;
}

/** Gives an endpoint another secret. For so many more hours, deliveries are signed with both. */
export async function rotateWebhookSecret(
  tx: Transaction,
  cipher: SecretCipher,
  id: string,
  { secret, hours }: { readonly secret: string; readonly hours: number },
): Promise<WebhookEndpoint | null> {
  const [before] = await tx.$queryRaw<{ secret: string }[]>`
    SELECT secret
    FROM webhook_endpoints
    WHERE id = ${id}::uuid
    FOR NO KEY UPDATE`;
  if (!before) return null;
  const [rotated] = await tx.$queryRaw<WebhookEndpoint[]>`
    UPDATE webhook_endpoints
    SET
      secret = ${cipher.encrypt(secret, id)},
      previous_secret = ${cipher.renew(before.secret, id)},
      previous_secret_until = clock_timestamp() + ${hours}::integer * interval '1 hour',
      updated_at = clock_timestamp()
    WHERE id = ${id}::uuid
    RETURNING ${SHOWN}`;
  return rotated ?? null;
}

/** The endpoints that want new events. Those that rest have said when to ask them again. */
export async function readEnabledWebhooks(db: Queryable): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id
    FROM webhook_endpoints
    WHERE enabled
      AND (resting_until IS NULL OR resting_until <= statement_timestamp())
    ORDER BY id`;
  return rows.map(({ id }) => id);
}
