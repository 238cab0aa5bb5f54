import { setTimeout as pause } from 'node:timers/promises';
import {
  checkLedgerInvariants,
  eventually,
  keepCalling,
  scaled,
  TEST_DEADLINE_MS,
  queueOfRun,
} from '@holdfast/testing';
import { type Fleet, openFleet } from './fleet.ts';

/** The long form has 200; 60 are enough to find an error that ends one process in twelve rounds. */
const ROUNDS = Number(process.env['SESSION_ROUNDS'] ?? 60);
const EVERY_MS = 300;

jest.setTimeout(scaled(TEST_DEADLINE_MS + ROUNDS * 1_000));

test(`${ROUNDS} times all sessions are ended, and no process ends`, async () => {
  const fleet: Fleet = await openFleet(queueOfRun);
  try {
    const { client } = fleet;
    await client.stock('MUG', 1_000_000);
    const counts = new Map<number, number>();
    const calls = keepCalling(16, async (caller) => {
      const { status } =
        caller % 2 === 0 ? await client.tryHold('MUG', 1, { ttl_seconds: 1 }) : await client.get('/v1/skus');
      counts.set(status, (counts.get(status) ?? 0) + 1);
    });
    for (let round = 0; round < ROUNDS; round += 1) {
      await fleet.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await pause(EVERY_MS); // the interval is part of the fault
    }
    await calls.stop();
    expect([...counts.keys()].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
    expect(counts.get(201)).toBeGreaterThan(0);
    await eventually(async () => (await client.ready()).status === 200);
    await eventually(async () => (await fetch(`${fleet.workers[0]?.url}/readyz`)).status === 200);
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  } finally {
    await fleet.close(); // throws if a process has ended before
  }
});
