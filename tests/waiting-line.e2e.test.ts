import { checkLedgerInvariants, eventually, ofSuite, timed, queueOfRun } from '@holdfast/testing';
import { openFleet } from './fleet.ts';

const UNITS = 100;
const WAITING = 1_000;
/** Units that come free while the worker runs undisturbed; it is killed twice among the others. */
const UNDISTURBED = 60;
const KILLED_AT: ReadonlySet<number> = new Set([70, 85]);
/** Calls at a time. */
const CLIENTS = 20;

/** Calls `each` for every number, `CLIENTS` at a time. */
async function inTurns(count: number, each: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < count) await each(next++);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

describe('1,000 who wait in line for 100 units that come free one by one', () => {
  const fleet = ofSuite(() => openFleet(queueOfRun, { apis: 2 }));

  test('get them in their order, within a second, and no newcomer overtakes, also when the worker is killed twice', async () => {
    const { clients, client } = fleet;
    const of = (number: number) => clients[number % clients.length] ?? client;
    await client.stock('MUG', UNITS);
    await client.stock('TEE', UNITS);
    const held: string[] = [];
    await inTurns(UNITS, async (number) => {
      held.push((await of(number).hold('MUG', 1, { ttl_seconds: 3_600 })).id);
    });
    await inTurns(WAITING, async (number) => {
      const rest = { if_short: 'wait', wait_seconds: 3_600, wait_priority: number % 10, ttl_seconds: 3_600 };
      const answer = await eventually(async () => {
        const tried = await of(number).tryHold('MUG', 1, rest);
        return tried.status !== 503 && tried;
      });
      expect(answer.status).toBe(202);
    });

    const over = new AbortController();
    const overtaking: unknown[] = [];
    let newcomers = 0;
    const newcomer = async (number: number) => {
      while (!over.signal.aborted) {
        const answer = await of(number).tryHold('MUG');
        newcomers += 1;
        if (answer.status === 201) overtaking.push(answer.body);
      }
    };
    const granted = async () => {
      const [row] = await fleet.query<{ count: number }>(
        `SELECT count(*)::integer FROM reservations WHERE held_at IS NOT NULL`,
      );
      return row?.count ?? 0;
    };
    /** One unit after the other: each is given out before the next comes free. */
    const free = async (from: number, to: number) => {
      for (let number = from; number < to; number += 1) {
        if (KILLED_AT.has(number)) {
          for (const worker of fleet.workers) await fleet.kill(worker);
          await client.release(held[number] ?? '');
          await fleet.start('worker');
        } else {
          await client.release(held[number] ?? '');
        }
        await eventually(async () => (await granted()) > number, { everyMs: 5 });
      }
    };
    const hammer = [newcomer(0), newcomer(1)];
    const undisturbed = await timed(() => free(0, UNDISTURBED));
    await free(UNDISTURBED, UNITS);
    over.abort();
    await Promise.all(hammer);

    expect(newcomers).toBeGreaterThan(UNITS);
    expect(overtaking).toEqual([]);
    const grants = await fleet.query<{ id: string; waited_ms: number }>(
      `SELECT r.id, (extract(epoch FROM r.held_at - freed.released_at) * 1000)::float8 AS waited_ms
       FROM (SELECT *, row_number() OVER (ORDER BY held_at) AS n FROM reservations WHERE held_at IS NOT NULL) r
       JOIN (
         SELECT released_at, row_number() OVER (ORDER BY released_at) AS n
         FROM reservations WHERE status = 'released'
       ) freed USING (n)
       ORDER BY n`,
    );
    const line = await fleet.query<{ id: string }>(
      `SELECT id FROM reservations WHERE wait_priority IS NOT NULL ORDER BY wait_priority DESC, wait_arrival`,
    );
    expect(grants.map(({ id }) => id)).toEqual(line.slice(0, UNITS).map(({ id }) => id));
    const delays = grants.slice(0, UNDISTURBED).map(({ waited_ms }) => waited_ms);
    const [slowest = Infinity] = delays.toSorted((one, other) => other - one);
    const median = delays.toSorted((one, other) => one - other)[UNDISTURBED / 2];
    process.stderr.write(`free to granted: median ${median} ms, slowest of ${UNDISTURBED} ${slowest} ms\n`);
    expect(slowest).toBeLessThan(undisturbed.allowedMs(1_000));
    expect(await client.availability('MUG')).toMatchObject({ reserved: UNITS, waiting: WAITING - UNITS });
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });

  test('cost a create of another SKU nothing: it is held while they wait', async () => {
    expect(await fleet.client.hold('TEE')).toMatchObject({ status: 'held' });
  });
});
