import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeApiKey } from '@holdfast/runtime';
import { startProcess, withKey, withSession } from '@holdfast/testing';
import { isReplay } from '../testing/api-scenario.ts';
import { apiOfSuite } from '../testing/start-api.ts';
import { webhookSecretAnswer } from './webhook-endpoint-schema.ts';

const PATH = '/v1/webhook-endpoints';
const HOOK = { url: 'https://shop.example.com/hooks' };

const newKey = () => randomBytes(32).toString('base64');
const api = apiOfSuite({ SECRETS_KEY: newKey() });

/** All rows of all tables, the queues' too, as text. */
const everythingStored = () =>
  withSession(api.databaseUrl, async (session) => {
    const { rows } = await session.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name
       FROM pg_tables
       WHERE schemaname IN ('public', 'bullmq')`,
    );
    const texts = await session.query<{ text: string | null }>(
      rows
        .map(({ name }) => `SELECT string_agg(each::text, ',') AS text FROM ${name} each`)
        .join(' UNION ALL '),
    );
    return texts.rows.map(({ text }) => text ?? '').join('\n');
  });

const create = async (headers = {}) => {
  const reply = await api.call('post', PATH, HOOK, headers);
  return { ...webhookSecretAnswer.parse(reply.body), status: reply.status, replayed: isReplay(reply) };
};
const rotate = async (id: string, headers = {}) => {
  const reply = await api.call('post', `${PATH}/${id}/rotate-secret`, {}, headers);
  return { ...webhookSecretAnswer.parse(reply.body), status: reply.status, replayed: isReplay(reply) };
};

const WITHOUT_SECRET = { replayed: true, secret: null, note: expect.stringContaining('rotate-secret') };

test('a secret stands in no table: not of a new endpoint, not of a rotated one, not in an outcome', async () => {
  const made = await create(withKey('make'));
  const first = await rotate(made.id, withKey('rotate-1'));
  const second = await rotate(made.id);
  const stored = await everythingStored();
  expect(stored).toContain(made.id);
  for (const secret of [made.secret, first.secret, second.secret]) {
    expect(secret).toMatch(/^whsec_/);
    expect(stored).not.toContain(secret?.slice('whsec_'.length));
  }
});

test('a replayed call answers without the secret and says so, also after the endpoint was deleted', async () => {
  const made = await create(withKey('replay-make'));
  await rotate(made.id, withKey('replay-rotate'));
  expect(await create(withKey('replay-make'))).toMatchObject({ id: made.id, status: 201, ...WITHOUT_SECRET });
  expect(await rotate(made.id, withKey('replay-rotate'))).toMatchObject({ status: 200, ...WITHOUT_SECRET });
  await api.call('delete', `${PATH}/${made.id}`);
  expect(await create(withKey('replay-make'))).toMatchObject({ id: made.id, status: 201, ...WITHOUT_SECRET });
  expect(await rotate(made.id, withKey('replay-rotate'))).toMatchObject({ status: 200, ...WITHOUT_SECRET });
});

describe('a secret that an earlier release kept in an outcome', () => {
  const MIGRATION = join(
    __dirname,
    '../../../../prisma/migrations/20261129180000_webhook_secrets/migration.sql',
  );
  const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfSx0Ts3JQ=';

  beforeEach(async () => {
    await create(withKey('old-make'));
    await api.context.database.prisma.$executeRaw`
      UPDATE idempotency_keys
      SET outcome = (outcome::jsonb || jsonb_build_object('secret', ${SECRET}::text))::json
      WHERE key = 'old-make'`;
  });

  test('is not replayed', async () => {
    expect(await create(withKey('old-make'))).toMatchObject(WITHOUT_SECRET);
  });

  test('is deleted by the migration, of all callers', async () => {
    const update = readFileSync(MIGRATION, 'utf8').split(';').at(-2) ?? '';
    await withSession(api.databaseUrl, async (session) => {
      for (const caller of ['shop', 'zebra']) {
        await session.query(
          `INSERT INTO idempotency_keys
           SELECT $1, path, key, fingerprint, outcome, created_at FROM idempotency_keys WHERE key = 'old-make' AND caller = 'anonymous'`,
          [caller],
        );
      }
      await session.query(update);
    });
    const stored = await everythingStored();
    expect(stored).toContain('old-make');
    expect(stored).not.toContain(SECRET);
  });
});

test.each([
  ['with API keys and no SECRETS_KEY', {}, true],
  ['with API keys and a SECRETS_KEY', { SECRETS_KEY: newKey() }, false],
])('%s, an API that starts says whether secrets are stored as plain text', async (_what, env, warns) => {
  const { entry } = makeApiKey('shop', 'webhooks:write');
  const started = await startProcess('api', {
    DATABASE_URL: api.databaseUrl,
    REDIS_URL: '',
    API_KEYS: entry,
    ...env,
  });
  const lines = started.keepLines();
  await started.stop();
  expect(lines.some((line) => line.includes('secrets.stored_plain'))).toBe(warns);
});
