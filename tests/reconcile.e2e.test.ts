import {
  checkLedgerInvariants,
  eventually,
  mostlyOn,
  timed,
  together,
  want,
  ofSuite,
} from '@holdfast/testing';
import { openFleet } from './fleet.ts';
import type { ReconciliationRun } from '@holdfast/client';

describe.each(mostlyOn('postgres'))('reconcile, queues on $name', (backend) => {
  const fleet = ofSuite(() => openFleet(backend));
  beforeAll(() => fleet.client.stock('MUG', 100));

  afterEach(async () => {
    expect(await overlappingRuns()).toEqual([]);
  });

  /** Two runs that were under way at the same time, by the times in their rows. */
  const overlappingRuns = () =>
    fleet.query(
      `SELECT a.id, b.id AS other
       FROM reconciliation_runs a
       JOIN reconciliation_runs b ON b.id > a.id
       WHERE a.started_at < coalesce(b.finished_at, 'infinity')
         AND b.started_at < coalesce(a.finished_at, 'infinity')`,
    );

  const done = async (runId: string): Promise<ReconciliationRun> => {
    const run = await eventually(async () => {
      const found = await fleet.client.run(runId);
      return found.finished_at !== null && found;
    });
    expect(run).toMatchObject({ status: 'succeeded', error: null });
    return run;
  };

  /** A hold past its time of which no job knows: as after a queue that has lost its memory. */
  async function forgottenHold(): Promise<string> {
    const { id } = await fleet.client.hold('MUG');
    await forget(id);
    return id;
  }

  const forget = (id: string) =>
    fleet.query(
      `UPDATE reservations SET expires_at = clock_timestamp() - interval '1 second' WHERE id = $1`,
      [id],
    );

  const isStillHeld = async (id: string): Promise<boolean> => {
    const held = await fleet.query(`SELECT FROM reservations WHERE id = $1 AND status = 'held'`, [id]);
    return held.length === 1;
  };

  test('a run is queued at once, ends the holds that were not ended, and says which', async () => {
    // Each worker's own timer does the same every few seconds: where it was faster, try again.
    const { id, run } = await eventually(async () => {
      const id = await forgottenHold();
      const queued = await fleet.client.reconcile();
      expect(queued).toMatchObject({ status: 'queued', joined: false, job_id: expect.any(String) });
      const run = await done(queued.run_id);
      return run.expired > 0 && { id, run };
    });

    expect(run).toMatchObject({
      trigger: 'manual',
      dry_run: false,
      scanned: 1,
      expired: 1,
      requeued_syncs: 0,
      issues: [],
      reservation_ids: [id],
      started_at: expect.any(String),
      finished_at: expect.any(String),
      error: null,
    });
    expect(await fleet.client.read(id)).toMatchObject({ status: 'expired' });
    expect(await isStillHeld(id)).toBe(false);
  });

  test('a dry run reports the same and changes nothing', async () => {
    const { id, run } = await eventually(async () => {
      const id = await forgottenHold();
      const run = await done((await fleet.client.reconcile({ dry_run: true, limit: 7 })).run_id);
      return (await isStillHeld(id)) && { id, run };
    });

    expect(run).toMatchObject({ dry_run: true, limit: 7, scanned: 1, expired: 1, reservation_ids: [id] });
    await done((await fleet.client.reconcile()).run_id);
    expect(await isStillHeld(id)).toBe(false);
  });

  test('a counter that someone changed by hand is reported, with what it should be', async () => {
    await fleet.client.stock('CAP', 50);
    await fleet.client.hold('CAP', 2);
    await fleet.query(`UPDATE stock_levels SET reserved = reserved + 5 WHERE sku = 'CAP'`);

    const damaged = await done((await fleet.client.reconcile()).run_id);
    await fleet.query(`UPDATE stock_levels SET reserved = reserved - 5 WHERE sku = 'CAP'`);
    const repaired = await done((await fleet.client.reconcile()).run_id);

    expect(damaged.issues).toEqual([
      { sku: 'CAP', location: 'EAST', kind: 'reserved', expected: 2, actual: 7 },
    ]);
    expect(repaired.issues).toEqual([]);
  });

  test('what a queue loses while no worker runs is made up for by the next one, on its own schedule too', async () => {
    const { client } = fleet;
    const [worker] = fleet.workers;
    if (!worker) throw new Error('no worker');
    await fleet.stop(worker);
    const { id } = await client.hold('MUG', 1, { ttl_seconds: 1 });
    const { id: sold } = await client.hold('MUG');
    await want(200, client.confirm(sold));
    const lost = await client.reconcile();
    expect(await client.reconcile()).toMatchObject({ run_id: lost.run_id, joined: true });
    await eventually(async () => (await client.jobs('expiry', 'delayed')).length > 0);
    await fleet.loseQueues();
    expect(await client.jobs('expiry', 'delayed')).toEqual([]);
    const unlucky = await client.reconcile({ limit: 10 });
    expect(await client.run(unlucky.run_id)).toMatchObject({ status: 'queued', started_at: null });
    const before = await scheduledRuns();

    await fleet.start('worker', { RECONCILE_EVERY_SECONDS: '1' });

    await eventually(async () => !(await isStillHeld(id)));
    await done(lost.run_id);
    await done(unlucky.run_id);
    await eventually(async () => (await scheduledRuns()) - before >= 3);
    await eventually(async () =>
      expect((await client.read(sold)).warehouse_sync).toMatchObject({ state: 'succeeded' }),
    );
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });

  test('ten requests at once to two workers are runs one after the other, and the same wishes are one run', async () => {
    const { client } = fleet;
    await fleet.start('worker');
    const wishes = [
      ...Array.from({ length: 5 }, (_, n) => ({ limit: 100 + n })),
      ...Array.from({ length: 5 }, () => ({ limit: 50 })),
    ];
    const asked = await together(wishes.length, (n) => client.reconcile(wishes[n]));
    const runs = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(runs).toHaveLength(wishes.length);
    for (const { run_id } of runs) await done(run_id);
    const firsts = runs.filter(({ joined }) => !joined);
    expect(new Set(firsts.map(({ run_id }) => run_id)).size).toBe(firsts.length);
    expect(new Set(runs.map(({ run_id }) => run_id)).size).toBe(firsts.length);
    expect(await overlappingRuns()).toEqual([]);
  });

  test('a run whose worker is killed is taken over by another within seconds, and ends once', async () => {
    const { client } = fleet;
    const ids = [(await client.hold('MUG')).id, (await client.hold('MUG')).id];
    // The worker that takes it comes as far as its first movements, and no further.
    const unlock = await fleet.holdWrites();
    for (const id of ids) await forget(id);
    const queued = await client.reconcile({ limit: 500 });
    await eventually(
      async () => (await client.run(queued.run_id)).status === 'running' && (await fleet.heldWrites()) > 0,
    );
    const behind = await client.reconcile({ limit: 501 });
    expect(behind).toMatchObject({ joined: false });
    const {
      value: run,
      tookMs,
      allowedMs,
    } = await timed(async () => {
      for (const worker of fleet.workers) await fleet.kill(worker);
      await unlock();
      await fleet.start('worker');
      return done(queued.run_id);
    });

    expect(tookMs).toBeLessThan(allowedMs(30_000));
    expect(run).toMatchObject({ error: null, issues: [] });
    const [row] = await fleet.query(
      `SELECT takings, started_at < finished_at AS "isInOrder" FROM reconciliation_runs WHERE id = $1`,
      [queued.run_id],
    );
    expect(row).toEqual({ takings: 2, isInOrder: true });
    for (const id of ids) expect(await isStillHeld(id)).toBe(false);
    expect(await done(behind.run_id)).toMatchObject({ limit: 501 });
    const ended = await fleet.query(
      `SELECT reservation_id FROM stock_movements WHERE kind = 'expire' AND reservation_id = ANY($1::uuid[])`,
      [ids],
    );
    expect(ended).toHaveLength(ids.length);
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });

  test('all runs are listed, newest first, page by page', async () => {
    const all = await fleet.query<{ id: string }>('SELECT id FROM reconciliation_runs ORDER BY id DESC');
    const first = await fleet.client.runs('limit=2');
    const second = await fleet.client.runs(`limit=200&cursor=${first.next_cursor}`);
    expect(first.data).toHaveLength(2);
    expect([...first.data, ...second.data].map(({ id }) => id).slice(-all.length)).toEqual(
      all.map(({ id }) => id),
    );
    expect(second.next_cursor).toBeNull();
  });

  async function scheduledRuns(): Promise<number> {
    const runs = await fleet.query(
      `SELECT FROM reconciliation_runs WHERE trigger = 'schedule' AND status = 'succeeded'`,
    );
    return runs.length;
  }
});

describe.each(mostlyOn('postgres'))('when three workers start together, queues on $name', (backend) => {
  test('they ask for one run, or two', async () => {
    const fleet = await openFleet(backend, { workers: 3 });
    try {
      const runs = await eventually(async () => {
        const all = await fleet.query<{ trigger: string; status: string }>(
          'SELECT trigger, status FROM reconciliation_runs',
        );
        // A worker asks for no run if the schedule has just made one.
        return (
          all.length > 0 && all.every(({ status }) => status !== 'queued' && status !== 'running') && all
        );
      });
      const atStart = runs.filter(({ trigger }) => trigger === 'startup');
      expect(atStart.length).toBeLessThanOrEqual(2);
    } finally {
      await fleet.close();
    }
  });
});
