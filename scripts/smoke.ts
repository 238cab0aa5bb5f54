/**
 * The smoke test of `.ci/run`, with the first steps of a newcomer: `npm start`, reserve, confirm. The
 * warehouse must have received one call, and the feed must have both events. After the stop, no process may
 * be left. Says "smoke: ok", or why not and exits with 1.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEADLINE_MS, eventually, npmStart, processesWith, scaled } from '@holdfast/testing';

interface Reservation {
  readonly id: string;
  readonly status: string;
  readonly warehouse_sync: { readonly state: string } | null;
}

async function smoke(dataDir: string): Promise<void> {
  const run = npmStart({ DATA_DIR: dataDir });
  try {
    const { apiUrl, gatewayUrl } = await run.ready();
    const reservations = `${apiUrl}/v1/reservations`;
    const held = await call<Reservation>('POST', reservations, { lines: [{ sku: 'TSHIRT-M', quantity: 1 }] });
    await call('POST', `${reservations}/${held.id}/confirm`);
    await eventually(async () => {
      const now = await call<Reservation>('GET', `${reservations}/${held.id}`);
      mustBe('confirmed', now.status, 'status');
      mustBe('succeeded', now.warehouse_sync?.state, 'warehouse_sync.state');
    });
    const told = await call<{ requests: unknown[] }>('GET', `${gatewayUrl}/__sim/requests`);
    mustBe(1, told.requests.length, 'calls that the gateway has seen');
    await eventually(async () => {
      const feed = await call<{ data: { type: string; subject: string }[] }>('GET', `${apiUrl}/v1/events`);
      const types = feed.data.filter(({ subject }) => subject === held.id).map(({ type }) => type);
      const all = 'warehouse.inventory.reserved, warehouse.inventory.confirmed';
      mustBe(all, types.join(', '), 'events in the feed');
    });
  } catch (error) {
    process.stderr.write(run.output());
    throw error;
  } finally {
    run.kill('SIGTERM');
    await run.ended;
  }
  await eventually(() => mustBe(0, processesWith(dataDir).length, 'processes left'));
}

async function call<T>(method: string, url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(scaled(DEADLINE_MS)),
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

function mustBe(wanted: unknown, found: unknown, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found)}, and not ${String(wanted)}`);
}

const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-smoke-'));
smoke(dataDir)
  .then(() => console.log('smoke: ok'))
  .catch((error: unknown) => {
    console.error('smoke: FAILED', error);
    process.exitCode = 1;
  })
  .finally(() => rmSync(dataDir, { recursive: true, force: true }));
