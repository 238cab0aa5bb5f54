import { seededDice } from '@holdfast/domain/testing';
import { openCommitBreaker, type TestQueueBackend } from '@holdfast/testing';
import { type House, openHouse } from '../house.ts';
import { ACCIDENTS, happen, prepareForAccidents, type Accident, type Scene } from './accidents.ts';
import { PatientClient } from './client.ts';
import { Findings } from './findings.ts';
import { stockingUp } from './goods.ts';
import { startOwnPostgres } from './own-postgres.ts';
import { Shopper, type Records } from './shoppers.ts';
import { verify } from './verify.ts';

export interface FaultRoundOptions {
  readonly locking: 'pessimistic' | 'optimistic';
  readonly backend: TestQueueBackend;
  readonly seed: number;
  /** Once all accidents have happened it goes on with more of them until then. Default: each happens once. */
  readonly durationMs?: number;
}

const APIS = 2;
const SHOPPERS = 12;

/**
 * Holdfast in processes of its own, on a PostgreSQL of its own: random shoppers who insist, one accident after the
 * other, and in the end every acknowledgement held against what is there. The seed decides what shoppers want and in
 * which order accidents come; what meets what, the machine decides.
 */
export async function playFaultRound(options: FaultRoundOptions): Promise<Findings> {
  const findings = new Findings();
  const postgres = await startOwnPostgres();
  let house: House | undefined;
  const breaker = await openCommitBreaker(postgres.url);
  try {
    house = await openHouse(options.backend, {
      database: postgres,
      apis: 0,
      env: { LOCKING: options.locking, LOG_LEVEL: 'warn' },
    });
    const startApi = () =>
      house?.start('api', { DATABASE_URL: breaker.url }) ?? Promise.reject(new Error('no house'));
    await Promise.all(Array.from({ length: APIS }, startApi));
    await prepareForAccidents(postgres.url);
    const dice = seededDice(options.seed);
    const name = String(options.seed);
    const scene = { name, house, postgres, breaker, dice, findings, startApi };
    const records = await shopAmidAccidents(scene, options);
    if (findings.violations.length === 0) await verify(house, records, findings);
  } catch (error) {
    findings.violate(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    const ends = await Promise.allSettled([house?.close() ?? postgres.drop()]);
    for (const end of ends) if (end.status === 'rejected') findings.violate(String(end.reason));
    await breaker.close();
  }
  return findings;
}

async function shopAmidAccidents(
  scene: Scene,
  { seed, durationMs = 0 }: FaultRoundOptions,
): Promise<Records> {
  const { house, findings, dice } = scene;
  const apis = () => house.apis.map(({ url }) => url);
  const clerk = new PatientClient(apis, dice, findings);
  for (const put of stockingUp()) await clerk.insist(put);

  const records: Records = { owned: [], refused: new Set(), keys: new Map() };
  let isOver = false;
  const shoppers = Array.from({ length: SHOPPERS }, (_, number) =>
    new Shopper({
      name: `${seed}-${number}`,
      dice: seededDice(seed + number + 1),
      apis,
      findings,
      records,
      isOver: () => isOver,
    })
      .shop()
      .catch((error: unknown) => findings.violate(String(error))),
  );
  const until = performance.now() + durationMs;
  try {
    do {
      for (const accident of shuffled(ACCIDENTS, scene)) {
        if (findings.violations.length > 0) break;
        await happen(scene, accident, () => records.keys.size);
      }
    } while (performance.now() < until && findings.violations.length === 0);
  } finally {
    isOver = true;
    // Nobody may call anything when the house is closed.
    await Promise.all(shoppers);
  }
  return records;
}

function shuffled(all: readonly Accident[], { dice }: Scene): readonly Accident[] {
  const left = [...all];
  return all.flatMap(() => left.splice(dice.whole(0, left.length - 1), 1));
}
