import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
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

  const done = (runId: string): Promise<Run> =>
    patiently(async () => {
      const run = await house.shop.run(runId);
      expect(run.status).toBe('succeeded');
      return run;
    });

  /** A hold past its time of which no job knows: as after a queue that has lost its memory. */
  async function forgottenHold(): Promise<string> {
    const { id } = await house.shop.hold({ sku: 'MUG' });
    await house.query(
      `UPDATE reservations SET expires_at = clock_timestamp() - interval '1 second' WHERE id = $1`,
      [id],
    );
    return id;
  }

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

  async function scheduledRuns(): Promise<number> {
    const runs = await house.query(
      `SELECT FROM reconciliation_runs WHERE trigger = 'schedule' AND status = 'succeeded'`,
    );
    return runs.length;
  }
});
