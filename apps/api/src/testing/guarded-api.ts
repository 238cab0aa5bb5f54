import { createMetrics, makeApiKey, type RunningProcess } from '@holdfast/runtime';
import { createTestDatabase } from '@holdfast/testing';
import { Client } from 'pg';
import { FailedAttempts } from '../http/failed-attempts.ts';
import { AccessControl } from '../http/access-control.ts';
import { openKeyRate } from '../http/key-rate.ts';
import { startServer } from '../server.ts';
import { startApi } from './start-api.ts';

const SCOPES_OF = {
  shop: 'reservations:read,reservations:write',
  clerk: 'stock:read,stock:write',
  writer: 'reservations:write',
  watcher: 'ops:read',
  operator: 'ops:read,ops:write',
  reader: 'events:read',
  all: 'reservations:read,reservations:write,stock:read,stock:write,events:read,events:write,webhooks:read,webhooks:write,ops:read,ops:write',
};

type KeyName = keyof typeof SCOPES_OF;

/** An API that requires keys, and some stock. */
export async function openGuardedApi(env: Readonly<Record<string, string>> = {}) {
  const database = await createTestDatabase();
  const made = Object.entries(SCOPES_OF).map(([name, scopes]) => [name, makeApiKey(name, scopes)] as const);
  const keys = Object.fromEntries(made.map(([name, { key }]) => [name, key])) as Record<KeyName, string>;
  const api = await startApi({
    DATABASE_URL: database.url,
    API_KEYS: made.map(([, { entry }]) => entry).join('\n'),
    API_KEY_RATE_PER_SECOND: '1000000',
    ...env,
  });
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  const bearer = (name: KeyName) => ({ Authorization: `Bearer ${keys[name]}` });
  await api.call('put', '/v1/locations/L', {}, bearer('all'));
  await api.call('put', '/v1/skus/MUG', {}, bearer('all'));
  await api.call('put', '/v1/stock-levels/MUG/L', { on_hand: 100 }, bearer('all'));

  const servers: RunningProcess[] = [];
  return {
    api,
    keys,
    bearer,
    sql,

    /** Another server of the same API, on which failed attempts are not limited. */
    async openServer(options: Parameters<typeof startServer>[1]): Promise<string> {
      const { config, log } = api.context;
      const access = config.apiKeys && { keys: config.apiKeys, rate: openKeyRate(config, log) };
      const accessControl = new AccessControl(access, config.addressOf, new FailedAttempts(1_000_000));
      const context = { ...api.context, accessControl, metrics: createMetrics('api'), opened: [] };
      const server = await startServer(context, options);
      servers.push(server);
      return server.url;
    },

    /** A digest of all rows of all tables and all jobs: while it is the same, nothing has changed. */
    async fingerprint(): Promise<string> {
      const { rows } = await sql.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name
         FROM pg_tables
         WHERE schemaname IN ('public', 'bullmq')
         ORDER BY 1`,
      );
      const all = rows.map(
        ({ name }) =>
          `SELECT '${name}' AS name, count(*) AS rows, md5(string_agg(each::text, ',' ORDER BY each::text)) FROM ${name} each`,
      );
      const prints = await sql.query<Record<string, string>>(`${all.join(' UNION ALL ')} ORDER BY name`);
      return JSON.stringify(prints.rows);
    },

    async close(): Promise<void> {
      for (const server of servers) await server.stop();
      await api.close();
      await sql.end();
      await database.drop();
    },
  };
}

export type GuardedApi = Awaited<ReturnType<typeof openGuardedApi>>;
