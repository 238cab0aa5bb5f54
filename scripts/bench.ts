/**
 * `npm run bench`: how many reservations a second, as a share of the ceiling: the same Express app, with the same
 * parsing, that answers without storage. Ceiling and service are measured in the same run, in turn, because
 * absolute figures mean little on a shared machine. Everything (load, API, worker, PostgreSQL) runs on this one.
 *
 *   npm run bench -- --seconds 8 --rounds 3 --connections 128
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '@holdfast/db';
import { startProcess } from '@holdfast/testing';
import { startCeiling } from './bench/ceiling.ts';
import { measure, type Load, type Measurement } from './bench/measure.ts';
import { machine, writeResults } from './bench/results.ts';
import { oneHotSku, stockUp, thousandSkus } from './bench/stock.ts';
import { startEmbeddedPostgres } from './embedded-postgres/start.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '128' },
  },
});

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const stops: (() => Promise<unknown>)[] = [];
  const starting = <Started>(started: Started, stop: (started: Started) => Promise<unknown>): Started => {
    stops.push(() => stop(started));
    return started;
  };
  try {
    // As durable as under `npm start`: every commit is on the disk before it is answered.
    const postgres = starting(await startEmbeddedPostgres({ dataDir }), (it) => it.stop());
    await migrate(postgres.url);
    const env = { DATABASE_URL: postgres.url, REDIS_URL: '', LOG_LEVEL: 'warn' };
    const api = starting(await startProcess('api', env), (it) => it.stop());
    const sim = starting(await startProcess('gateway-sim', env), (it) => it.stop());
    starting(await startProcess('worker', { ...env, GATEWAY_URL: sim.url }), (it) => it.stop());
    const ceiling = starting(await startCeiling(), (it) => it.stop());
    await stockUp(api.url);

    const loads: readonly Load[] = [
      { name: 'Ceiling: Express + zod, no storage', url: ceiling.url, bodies: oneHotSku },
      { name: 'One hot SKU', url: api.url, bodies: oneHotSku },
      { name: '1,000 SKUs', url: api.url, bodies: thousandSkus },
      { name: '1,000 SKUs, each call with its own key', url: api.url, bodies: thousandSkus, keyed: true },
    ];
    writeResults(await machine(postgres.url), await rounds(loads));
  } finally {
    for (const stop of stops.toReversed()) await stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Each load in each round, so that a slow minute of the machine meets all of them. The first round only warms up. */
async function rounds(loads: readonly Load[]): Promise<Map<string, Measurement[]>> {
  const seconds = Number(values.seconds);
  const connections = Number(values.connections);
  const results = new Map<string, Measurement[]>(loads.map(({ name }) => [name, []]));
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const load of loads) {
      const measured = await measure(load, { seconds: round === 0 ? 3 : seconds, connections });
      const what = round === 0 ? 'warm-up' : `round ${round} of ${values.rounds}`;
      process.stderr.write(`${what}: ${load.name}: ${Math.round(measured.perSecond)}/s\n`);
      if (round > 0) results.get(load.name)?.push(measured);
    }
  }
  return results;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
