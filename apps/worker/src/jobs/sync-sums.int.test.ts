import { randomInt } from 'node:crypto';
import { onceIn, pick, seededDice, type Dice } from '@holdfast/domain/testing';
import { RetryLater, WorkFailed } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import { retryFailedSyncs, type HoldCall } from '@holdfast/warehouse';
import type { WorkerContext } from '../context.ts';
import { BY_HAND, workerOfTest } from '../testing/test-worker.ts';

// After any changes of reservations and any faults of the calls, the quantities that the warehouse received
// add up to the open units.

const LOCATIONS = ['EAST', 'WEST', 'NORTH'] as const;
const worker = workerOfTest({ GATEWAY_MAX_ATTEMPTS: '2' });
const prisma = () => worker.context.database.prisma;

type Units = Map<string, number>;
type Lines = readonly { readonly location: string; readonly quantity: number }[];

/** A confirmed reservation whose units are cancelled, added and moved, until all of it is cancelled. */
class Changing {
  readonly id = newId();
  readonly open: Units = new Map();
  #ordinal = 0;
  isOver = false;

  async change(dice: Dice): Promise<void> {
    if (this.isOver) return;
    const [location] = [...this.open].find(([, units]) => units > 0) ?? [];
    if (location === undefined) return this.#start(dice);
    const units = dice.whole(1, this.open.get(location) ?? 1);
    if (onceIn(dice, 4)) return this.#end();
    if (onceIn(dice, 2)) return this.#tell('confirm', [{ location: pick(dice, LOCATIONS), quantity: units }]);
    if (this.#total() > units) await this.#tell('cancel', [{ location, quantity: units }]);
    if (onceIn(dice, 2)) await this.#tell('confirm', [{ location: pick(dice, LOCATIONS), quantity: units }]);
  }

  /** Now and then it is a hold that has expired and is taken again. */
  async #start(dice: Dice): Promise<void> {
    if (onceIn(dice, 3)) await this.#add('expire', [{ location: 'EAST', quantity: 1 }], true);
    const at = (location: string) => ({ location, quantity: dice.whole(1, 9) });
    await this.#tell('confirm', [at('EAST'), at('WEST')]);
  }

  async #end(): Promise<void> {
    const left = [...this.open].map(([location, quantity]) => ({ location, quantity }));
    this.isOver = true;
    await this.#tell(
      'cancel',
      left.filter(({ quantity }) => quantity > 0),
    );
  }

  async #tell(action: 'confirm' | 'cancel', lines: Lines): Promise<void> {
    for (const { location, quantity } of lines) {
      addUnits(this.open, location, action === 'confirm' ? quantity : -quantity);
    }
    await this.#add(action, lines, this.isOver);
  }

  async #add(action: string, lines: Lines, endsReservation: boolean): Promise<void> {
    const content = JSON.stringify(lines.map((each) => ({ sku: 'MUG', ...each })));
    await prisma().$executeRaw`
      INSERT INTO warehouse_syncs (
        id, reservation_id, ordinal, action, lines, ends_reservation, occurred_at, created_at, next_attempt_at
      )
      VALUES (
        ${newId()}::uuid, ${this.id}::uuid, ${(this.#ordinal += 1)}::integer, ${action}, ${content}::json,
        ${endsReservation}::boolean, clock_timestamp(), clock_timestamp(), clock_timestamp()
      )`;
  }

  #total = () => [...this.open.values()].reduce((sum, units) => sum + units, 0);
}

function addUnits(units: Units, location: string, quantity: number): void {
  units.set(location, (units.get(location) ?? 0) + quantity);
}

/** A gateway that takes each key once, refuses, answers late or never, and workers that die while they call. */
class FaultyGateway {
  readonly taken = new Map<string, HoldCall>();
  readonly #dice: Dice;
  isFaulty = true;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  async send(call: HoldCall): ReturnType<WorkerContext['gateway']['send']> {
    const chance = this.isFaulty ? this.#dice.whole(1, 12) : 0;
    const error = { status: null, error: 'no answer' };
    if (chance === 1) return { kind: 'withheld', reason: 'no slot' };
    if (chance === 2) return { kind: 'refused', error: 'ECONNREFUSED', status: null };
    if (chance === 3) return { kind: 'throttled', status: 429, retryAfterMs: 1 };
    if (chance <= 5 && chance > 0) return { kind: 'failed', ...error };
    this.taken.set(call.idempotencyKey, this.taken.get(call.idempotencyKey) ?? call);
    if (chance === 6) throw new Error('the worker dies');
    if (chance === 7 || chance === 8) return { kind: 'failed', ...error };
    return { kind: 'accepted', status: 200, holdId: call.idempotencyKey };
  }

  /** The quantities that it received for a reservation. */
  unitsOf(reservationId: string): Units {
    const units: Units = new Map();
    for (const { body } of this.taken.values()) {
      if (body.reservation_id !== reservationId || body.action === 'expire') continue;
      for (const { location, quantity } of body.lines) {
        addUnits(units, location, body.action === 'confirm' ? quantity : -quantity);
      }
    }
    return units;
  }
}

/** Runs the jobs of some syncs at once, as workers do: how one ends is in its row. */
async function runJobs(ids: readonly string[], gateway: FaultyGateway): Promise<void> {
  const { gateway: real } = worker.context;
  const replaced: WorkerContext['gateway'] = {
    ready: () => Promise.resolve(),
    send: (call) => gateway.send(call),
    standing: () => real.standing(),
    close: () => real.close(),
  };
  const runs = ids.map((id) => worker.run('sync-reservation', { sync_id: id }, { gateway: replaced }));
  for (const end of await Promise.allSettled(runs)) {
    if (end.status === 'fulfilled') continue;
    const isExpected = end.reason instanceof RetryLater || end.reason instanceof WorkFailed;
    if (!isExpected && String(end.reason) !== 'Error: the worker dies') throw end.reason;
  }
}

const readOpen = async (): Promise<readonly string[]> => {
  await prisma().$executeRaw`
    UPDATE warehouse_syncs SET claimed_until = '-infinity' WHERE state = 'in_flight'`;
  const rows = await prisma().$queryRaw<{ id: string }[]>`
    SELECT id FROM warehouse_syncs WHERE state IN ('pending', 'in_flight') ORDER BY id`;
  return rows.map(({ id }) => id);
};

/** Those of which the gateway was told nothing but their end. */
async function readToldOfEndOnly(): Promise<ReadonlySet<string>> {
  const rows = await prisma().$queryRaw<{ id: string }[]>`
    SELECT reservation_id AS id
    FROM warehouse_syncs
    GROUP BY reservation_id
    HAVING count(*) FILTER (WHERE state = 'succeeded') = 1
      AND bool_or(state = 'succeeded' AND ends_reservation AND action = 'cancel')`;
  return new Set(rows.map(({ id }) => id));
}

const nonZero = (units: Units) => Object.fromEntries([...units].filter(([, quantity]) => quantity !== 0));

test('what was confirmed, less what was cancelled, is what is open at each location', async () => {
  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  process.stderr.write(`sums of syncs: seed ${seed}\n`);
  for (const level of ['error', 'warn', 'info'] as const) {
    jest.spyOn(worker.context.log, level).mockImplementation(() => worker.context.log as never);
  }
  const dice = seededDice(seed);
  const gateway = new FaultyGateway(dice);
  const all = Array.from({ length: 60 }, () => new Changing());

  for (let step = 0; step < 250; step += 1) {
    await pick(dice, all).change(dice);
    if (onceIn(dice, 2)) await pick(dice, all).change(dice);
    const open = await readOpen();
    if (open.length > 0) {
      await runJobs(
        Array.from({ length: 3 }, () => pick(dice, open)),
        gateway,
      );
    }
    if (onceIn(dice, 20)) await retryFailedSyncs(prisma(), 3, BY_HAND);
  }
  gateway.isFaulty = false;
  await retryFailedSyncs(prisma(), 1_000, BY_HAND);
  for (let left = await readOpen(); left.length > 0; left = await readOpen()) {
    await runJobs(left, gateway);
    await retryFailedSyncs(prisma(), 1_000, BY_HAND);
  }

  const toldOfEndOnly = await readToldOfEndOnly();
  const counted = all.filter(({ id }) => !toldOfEndOnly.has(id));
  expect(counted.map(({ id }) => nonZero(gateway.unitsOf(id)))).toEqual(
    counted.map(({ open }) => nonZero(open)),
  );
  expect(toldOfEndOnly.size).toBeGreaterThan(0);
  expect(counted.filter(({ isOver }) => isOver).length).toBeGreaterThan(0);
});
