import { eventually } from '@holdfast/testing';
import { codeOf, line, reserve } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, type WatchedLedger } from './fixtures/ledger-scenario.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;

/** Reservations of orders that begin with SLOW are not written before the test opens the gate. */
const GATE = `
  CREATE TABLE gate (is_open boolean NOT NULL);
  INSERT INTO gate VALUES (false);
  CREATE FUNCTION wait_for_gate() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.order_id LIKE 'SLOW%' THEN
      WHILE NOT (SELECT is_open FROM gate) LOOP PERFORM pg_sleep(0.005); END LOOP;
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER wait_for_gate BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION wait_for_gate();`;

beforeAll(async () => {
  await scenario.sql.query(GATE);
});
beforeEach(async () => {
  await setGate(false);
  ledger = scenario.openLedger();
});

const setGate = (isOpen: boolean) => scenario.sql.query('UPDATE gate SET is_open = $1', [isOpen]);

/** Waits until a batch is at the gate: commands that are submitted later are in another batch. */
const untilAtTheGate = () =>
  eventually(
    async () =>
      (await scenario.rows(`pg_stat_activity WHERE application_name = $1 AND wait_event = 'PgSleep'`, [
        ledger.applicationName,
      ])) === 1,
  );

const lockFailures = () => ledger.failures.filter((reason) => reason === 'locked').length;

describe('a batch that needs rows which another batch of its ledger has locked', () => {
  let sku: string;
  let ended: string[];

  async function create(name: string): Promise<void> {
    const { outcome } = await ledger.submit({ ...reserve([line(sku)]), orderId: name });
    expect(outcome).toMatchObject({ ok: true });
    ended.push(name);
  }

  beforeEach(async () => {
    sku = await ledger.newSku(1_000);
    ended = [];
  });

  test('is committed before batches that begin later', async () => {
    for (let round = 1; round <= 5; round += 1) {
      await setGate(false);
      ended = [];
      const failed = ledger.failures.length;
      const first = create(`SLOW-${round}`);
      await untilAtTheGate();
      const second = create(`second-${round}`);
      await eventually(() => ledger.failures.length === failed + 1); // the second batch has waited too long for the first
      const third = create(`third-${round}`);
      await setGate(true);
      await Promise.all([first, second, third]);
      const failures = ledger.failures.slice(failed);
      expect({ ended, failures }).toEqual({
        ended: [`SLOW-${round}`, `second-${round}`, `third-${round}`],
        failures: ['locked'],
      });
    }
  });

  test('waits for that batch without a session, and is tried once more', async () => {
    const first = create('SLOW');
    await untilAtTheGate();
    const second = create('second');
    await eventually(() => lockFailures() === 1);
    await eventually(async () => (await scenario.waitingForLock(ledger)) === 0);
    const from = performance.now();
    await eventually(() => performance.now() - from > 2_500); // a wait for a contended lock takes 2 s
    await setGate(true);
    await Promise.all([first, second]);
    expect(ended).toEqual(['SLOW', 'second']);
    expect(lockFailures()).toBe(1);
    expect(ledger.counted.blocked).toBe(0);
  });

  test('does not delay other batches when another session blocks it', async () => {
    const other = await ledger.newSku(10);
    const first = create('SLOW');
    await untilAtTheGate();
    const second = create('second');
    await eventually(() => lockFailures() === 1);
    const lock = await scenario.lock(other);
    const blocked = ledger.submit(reserve([line(other)]));
    await setGate(true);
    await Promise.all([first, second]);
    await eventually(() => ledger.blocked === 1);
    await create('third');
    await lock.unlock();
    expect(codeOf(await blocked)).toBe('ok');
  });
});
