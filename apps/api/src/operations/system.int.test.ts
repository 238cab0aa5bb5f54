import { startOwnApi } from '../testing/start-api.ts';
import { makeApiKey } from '@holdfast/runtime';
import { ofSuite } from '@holdfast/testing';
import { systemAnswer } from './system.ts';

const { key, entry } = makeApiKey('operator', 'ops:read');
const api = ofSuite(() => startOwnApi({ API_KEYS: entry, RESERVATION_TTL_SECONDS: '123' }));

test('versions, settings, tables and connections are shown, and no secret', async () => {
  const { body } = await api.call('get', '/v1/system', undefined, { Authorization: `Bearer ${key}` });
  const { versions, settings, replicas, tables, connections } = systemAnswer.parse(body);
  expect(versions.postgresql).toMatch(/^\d+\.\d+/);
  expect(versions.schema).toMatch(/^\d{14}_/);
  expect(settings).toMatchObject({ RESERVATION_TTL_SECONDS: 123, API_KEYS: true });
  expect(replicas).toEqual([]);
  expect(tables.map(({ table }) => table)).toContain('reservations');
  expect(connections.in_use).toBeGreaterThan(0);
  expect(connections.of_this_api).toBeLessThan(connections.allowed);
  const shown = JSON.stringify(body);
  for (const secret of [key, entry.split(':').at(-1) ?? entry, new URL(api.databaseUrl).password]) {
    expect(shown).not.toContain(secret);
  }
});
