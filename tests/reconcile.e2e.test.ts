import { checkLedgerInvariants, queueBackends, together } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { patiently } from './patience.ts';
import { type Run, want } from './shop.ts';

jest.setTimeout(120_000);

describe.each(queueBackends)('reconcile, queues on $name', (backend) => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(backend);
    await house.shop.stock('MUG', 100);
  });

  afterAll(() => house?.close());

  afterEach(async () => {
    expect(await overlappingRuns()).toEqual([]);
  });

  /** Two runs that were under way at the same time, by the times in their rows. */
  const overlappingRuns = () =>
    house.query(
      `SELECT a.id, b.id AS other
       FROM reconciliation_runs a
       JOIN reconciliation_runs b ON b.id > a.id
       WHERE a.started_at < coalesce(b.finished_at, 'infinity')
         AND b.started_at < coalesce(a.finished_at, 'infinity')`,
    );

  const done = (runId: string): Promise<Run> =>
    patiently(async () => {
      const run = await house.shop.run(runId);
      expect(run.status).toBe('succeeded');
      return run;
    });

  /** A hold past its time of which no job knows: as after a queue that has lost its memory. */
  async function forgottenHold(): Promise<string> {
    const { id } = await house.shop.hold({ sku: 'MUG' });
    await forget(id);
    return id;
  }

  const forget = (id: string) =>
    house.query(
      `UPDATE reservations SET expires_at = clock_timestamp() - interval '1 second' WHERE id = $1`,
      [id],
    );

  const isStillHeld = async (id: string): Promise<boolean> => {
    const held = await house.query(`SELECT FROM reservations WHERE id = $1 AND status = 'held'`, [id]);
    return held.length === 1;
  };

  test('a run is queued at once, ends the holds that nobody ended, and says which', async () => {
    // Each worker's own timer does the same every few seconds: where it was faster, try again.
    const { id, run } = await patiently(async () => {
      const id = await forgottenHold();
      const queued = await house.shop.reconcile();
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
    expect(await house.shop.see(id)).toMatchObject({ status: 'expired' });
    expect(await isStillHeld(id)).toBe(false);
  });

  test('a dry run reports the same and changes nothing', async () => {
    const { id, run } = await patiently(async () => {
      const id = await forgottenHold();
      const run = await done((await house.shop.reconcile({ dry_run: true, limit: 7 })).run_id);
      return (await isStillHeld(id)) && { id, run };
    });

    expect(run).toMatchObject({ dry_run: true, limit: 7, scanned: 1, expired: 1, reservation_ids: [id] });
    await done((await house.shop.reconcile()).run_id);
    expect(await isStillHeld(id)).toBe(false);
  });

  test('a counter that someone changed by hand is reported, with what it should be', async () => {
    await house.shop.stock('CAP', 50);
    await house.shop.hold({ sku: 'CAP', quantity: 2 });
    await house.query(`UPDATE stock_levels SET reserved = reserved + 5 WHERE sku = 'CAP'`);

    const damaged = await done((await house.shop.reconcile()).run_id);
    await house.query(`UPDATE stock_levels SET reserved = reserved - 5 WHERE sku = 'CAP'`);
    const mended = await done((await house.shop.reconcile()).run_id);

    expect(damaged.issues).toEqual([
      { sku: 'CAP', location: 'WH-1', kind: 'reserved', expected: 2, actual: 7 },
    ]);
    expect(mended.issues).toEqual([]);
  });

  test('what a queue loses while no worker runs is made up for by the next one, on its own schedule too', async () => {
    const { shop } = house;
    const [worker] = house.workers;
    if (!worker) throw new Error('no worker');
    await house.stop(worker);
    const { id } = await shop.hold({ sku: 'MUG', ttl_seconds: 1 });
    const { id: sold } = await shop.hold({ sku: 'MUG' });
    await want(200, shop.confirm(sold));
    const lost = await shop.reconcile();
    expect(await shop.reconcile()).toMatchObject({ run_id: lost.run_id, joined: true });
    await patiently(async () => (await shop.jobs('expiry', 'delayed')).length > 0);
    await house.loseQueues();
    expect(await shop.jobs('expiry', 'delayed')).toEqual([]);
    const unlucky = await shop.reconcile({ limit: 10 });
    expect(await shop.run(unlucky.run_id)).toMatchObject({ status: 'queued', started_at: null });
    const before = await scheduledRuns();

    await house.start('worker', { RECONCILE_EVERY_SECONDS: '1' });

    await patiently(async () => !(await isStillHeld(id)));
    await done(lost.run_id);
    await done(unlucky.run_id);
    await patiently(async () => (await scheduledRuns()) - before >= 3);
    await patiently(async () =>
      expect((await shop.see(sold)).warehouse_sync).toMatchObject({ state: 'succeeded' }),
    );
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });

  test('ten requests at once to two workers are runs one after the other, and the same wishes are one run', async () => {
    const { shop } = house;
    await house.start('worker');
    const wishes = [
      ...Array.from({ length: 5 }, (_, n) => ({ limit: 100 + n })),
      ...Array.from({ length: 5 }, () => ({ limit: 50 })),
    ];
    const asked = await together(wishes.length, (n) => shop.reconcile(wishes[n]));
    const runs = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(runs).toHaveLength(wishes.length);
    for (const { run_id } of runs) await done(run_id);
    const firsts = runs.filter(({ joined }) => !joined);
    expect(new Set(firsts.map(({ run_id }) => run_id)).size).toBe(firsts.length);
    expect(new Set(runs.map(({ run_id }) => run_id)).size).toBe(firsts.length);
    expect(await overlappingRuns()).toEqual([]);
  });

  test('a run whose worker is killed is taken over by another within seconds, and ends once', async () => {
    const { shop } = house;
    const ids = [(await shop.hold({ sku: 'MUG' })).id, (await shop.hold({ sku: 'MUG' })).id];
    // The worker that takes it comes as far as the lock on the level, and no further.
    const letGo = await house.lock('SELECT FROM stock_levels FOR UPDATE');
    for (const id of ids) await forget(id);
    const queued = await shop.reconcile({ limit: 500 });
    await patiently(async () => (await shop.run(queued.run_id)).status === 'running');
    const behind = await shop.reconcile({ limit: 501 });
    expect(behind).toMatchObject({ joined: false });
    const killedAt = performance.now();
    for (const worker of house.workers) await house.kill(worker);
    await letGo();
    await house.start('worker');

    const run = await done(queued.run_id);

    expect(performance.now() - killedAt).toBeLessThan(30_000);
    expect(run).toMatchObject({ error: null, issues: [] });
    const [row] = await house.query(
      `SELECT takings, started_at < finished_at AS "isInOrder" FROM reconciliation_runs WHERE id = $1`,
      [queued.run_id],
    );
    expect(row).toEqual({ takings: 2, isInOrder: true });
    for (const id of ids) expect(await isStillHeld(id)).toBe(false);
    expect(await done(behind.run_id)).toMatchObject({ limit: 501 });
    const ended = await house.query(
      `SELECT reservation_id FROM stock_movements WHERE kind = 'expire' AND reservation_id = ANY($1::uuid[])`,
      [ids],
    );
    expect(ended).toHaveLength(ids.length);
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });

  test('all runs are listed, newest first, page by page', async () => {
    const all = await house.query<{ id: string }>('SELECT id FROM reconciliation_runs ORDER BY id DESC');
    const first = await house.shop.runs('limit=2');
    const second = await house.shop.runs(`limit=200&cursor=${first.next_cursor}`);
    expect(first.data).toHaveLength(2);
    expect([...first.data, ...second.data].map(({ id }) => id).slice(-all.length)).toEqual(
      all.map(({ id }) => id),
    );
    expect(second.next_cursor).toBeNull();
  });

  async function scheduledRuns(): Promise<number> {
    const runs = await house.query(
      `SELECT FROM reconciliation_runs WHERE trigger = 'schedule' AND status = 'succeeded'`,
    );
    return runs.length;
  }
});

describe.each(queueBackends)('when three workers start together, queues on $name', (backend) => {
  test('they ask for one run, or two', async () => {
    const house = await openHouse(backend, { workers: 3 });
    try {
      const runs = await patiently(async () => {
        const all = await house.query<{ trigger: string; status: string }>(
          'SELECT trigger, status FROM reconciliation_runs',
        );
        return all.length > 0 && all.every(({ status }) => status === 'succeeded') && all;
      });
      const atStart = runs.filter(({ trigger }) => trigger === 'startup');
      expect(atStart.length).toBeGreaterThanOrEqual(1);
      expect(atStart.length).toBeLessThanOrEqual(2);
    } finally {
      await house.close();
    }
  });
});
