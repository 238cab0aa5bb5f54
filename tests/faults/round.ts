import { seededDice, shuffled } from '@holdfast/domain/testing';
import { checkLedgerInvariants, type TestQueueBackend } from '@holdfast/testing';
import { type Fleet, openFleet } from '../fleet.ts';
import { startRedis } from '../redis-topologies.ts';
import { happen, ACCIDENTS, type Accident } from './accidents.ts';
import { Findings } from './findings.ts';
import { stockingUp } from './goods.ts';
import { prepareForAccidents } from './locking-accidents.ts';
import { startOwnPostgres } from './own-postgres.ts';
import { openRoute, patientClient, type Scene } from './scene.ts';
import { RandomClient, type Records } from './random-client.ts';
import { eitherOf } from './standby.ts';
import { verify } from './verify.ts';

export interface FaultRoundOptions {
  readonly backend: TestQueueBackend;
  readonly seed: number;
  /** Default: all. */
  readonly accidents?: readonly Accident[];
  /** Once all accidents have happened it goes on with more of them until then. Default: each happens once. */
  readonly durationMs?: number;
  /**
   * When the acknowledgements are compared with the stored rows; clients stop for it. Default: in the end. Invariants that hold
   * at any time are checked after each accident.
   */
  readonly audit?: 'after each' | 'in the end';
  /** How long each client waits before a change: other suites beside it get less of the machine without that. Default 0. */
  readonly thinkTimeMs?: number;
  /** Called after each accident and its checks. */
  readonly onAccident?: (accident: Accident, findings: Findings) => void;
}

const APIS = 2;
const WORKERS = 2;
const CLIENTS = 12;

/**
 * Holdfast in processes of its own, on a PostgreSQL of its own: random clients that repeat calls until they are answered, one
 * accident after the other, and in the end a comparison of every acknowledgement with what is stored. The seed decides what clients want and in
 * which order accidents come; what meets what, the machine decides.
 */
export async function playFaultRound(options: FaultRoundOptions): Promise<Findings> {
  const findings = new Findings();
  const postgres = await startOwnPostgres();
  const redis = await startRedis(options.backend);
  let fleet: Fleet | undefined;
  const { urls } = postgres;
  const [here, there] = [await openRoute(urls[0]), await openRoute(urls[1])];
  try {
    fleet = await openFleet(options.backend, {
      database: postgres,
      apis: 0,
      workers: 0,
      ...(redis ? { redis } : {}),
      env: { DATABASE_URL: eitherOf(here.url, there.url), LOG_LEVEL: 'warn' },
    });
    // Starting all at once may be too much for a busy machine.
    for (let apis = 0; apis < APIS; apis += 1) await fleet.start('api');
    for (let workers = 0; workers < WORKERS; workers += 1) await fleet.start('worker');
    await prepareForAccidents(postgres.url);
    const dice = seededDice(options.seed);
    const name = String(options.seed);
    const records: Records = { owned: [], refused: new Set(), keys: new Map() };
    const route = () => (postgres.url === urls[0] ? here : there);
    await playLegs({ name, fleet, postgres, redis, route, dice, findings, records }, options);
  } catch (error) {
    findings.violate(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    const ends = await Promise.allSettled([fleet?.close() ?? postgres.drop()]);
    for (const end of ends) if (end.status === 'rejected') findings.violate(String(end.reason));
    await here.close();
    await there.close();
  }
  return findings;
}

/** Clients make calls during a leg; after it they stop, and the audit runs. */
async function playLegs(scene: Scene, options: FaultRoundOptions): Promise<void> {
  const { durationMs = 0, audit = 'in the end' } = options;
  const { fleet, findings, records } = scene;
  const clerk = patientClient(scene);
  for (const put of stockingUp()) await clerk.insist(put);
  const until = performance.now() + durationMs;
  do {
    const accidents = shuffled(scene.dice, options.accidents ?? ACCIDENTS);
    const legs = audit === 'in the end' ? [accidents] : accidents.map((accident) => [accident]);
    for (const leg of legs) {
      await causeAccidents(scene, leg, options);
      if (findings.violations.length === 0) await verify(fleet, records, findings);
      if (findings.violations.length > 0) return;
    }
  } while (performance.now() < until);
}

async function causeAccidents(
  scene: Scene,
  accidents: readonly Accident[],
  { seed, thinkTimeMs = 0, onAccident }: FaultRoundOptions,
): Promise<void> {
  const { fleet, findings, records } = scene;
  const apis = () => fleet.apis.map(({ url }) => url);
  let isOver = false;
  const leg = records.keys.size; // differs from the other legs'
  const clients = Array.from({ length: CLIENTS }, (_, number) =>
    new RandomClient({
      name: `${seed}-${leg}-${number}`,
      dice: seededDice(seed + leg + number + 1),
      apis,
      findings,
      records,
      isOver: () => isOver,
      thinkTimeMs,
    })
      .run()
      .catch((error: unknown) => findings.violate(String(error))),
  );
  try {
    for (const accident of accidents) {
      await happen(scene, accident, () => records.keys.size);
      for (const violation of await checkLedgerInvariants(fleet.databaseUrl)) findings.violate(violation);
      onAccident?.(accident, findings);
      if (findings.violations.length > 0) break;
    }
  } finally {
    isOver = true;
    // No call may be made after the fleet is closed.
    await Promise.all(clients);
  }
}
