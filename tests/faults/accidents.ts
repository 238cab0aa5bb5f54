import { pick } from '@holdfast/domain/testing';
import { eventually, hasFakeClock } from '@holdfast/testing';
import { hasSmallDisks } from '../small-disk.ts';
import { endAllSessionsAgainAndAgain, fillDisk, makeReadOnly } from './database-accidents.ts';
import { deadlock, failSerialization, holdLock } from './locking-accidents.ts';
import { cutAtCommit, goSilent, stallForAWhile } from './network-accidents.ts';
import {
  evictFromRedis,
  freezeApi,
  freezeWorker,
  killRedis,
  stepClocks,
  workersComeLate,
} from './process-accidents.ts';
import { API_LEDGER, endSessions, outside, type Scene, startSupervised } from './scene.ts';

/** After so many answers the service counts as available again. */
const ANSWERS_AFTER = 10;

/**
 * The catalog. Each causes its accident, and resolves when that is over; `false`: it could not be caused this time, or on
 * this machine.
 */
const accidents = {
  'API killed': async (scene) => {
    await scene.fleet.kill(pick(scene.dice, scene.fleet.apis));
    await startSupervised(scene, 'api');
  },
  'worker killed': async (scene) => {
    await scene.fleet.kill(pick(scene.dice, scene.fleet.workers));
    await startSupervised(scene, 'worker');
  },
  'API frozen': freezeApi,
  'worker frozen': freezeWorker,
  'late workers': workersComeLate,
  'clocks stepped': stepClocks,
  'link cut before COMMIT': (scene) => cutAtCommit(scene, 'before'),
  'link cut after COMMIT': (scene) => cutAtCommit(scene, 'after'),
  'link reset': async ({ route }) => route().link.reset(),
  'link stalled': stallForAWhile,
  'link silent': (scene) => goSilent(scene, 'both'),
  'link half-open': (scene) => goSilent(scene, pick(scene.dice, ['to server', 'to client'] as const)),
  'sessions ended': (scene) =>
    outside(
      scene,
      async (session) =>
        // There may be no sessions at that moment.
        void (await eventually(async () => (await endSessions(session, API_LEDGER)) > 0)),
    ),
  'all sessions ended, again and again': endAllSessionsAgainAndAgain,
  'lock held': (scene) => outside(scene, holdLock),
  deadlock: (scene) => outside(scene, (session) => deadlock(scene, session)),
  'serialization failures': (scene) => outside(scene, (session) => failSerialization(session, 3)),
  'more serialization failures than tries': (scene) =>
    outside(scene, (session) => failSerialization(session, 12)),
  'PostgreSQL restarted': ({ postgres }) => postgres.restart(),
  'PostgreSQL killed': ({ postgres }) => postgres.crash(),
  'PostgreSQL failed over': ({ postgres }) => postgres.failOver(),
  'PostgreSQL read-only': makeReadOnly,
  'disk full': fillDisk,
  'Redis killed': killRedis,
  'Redis evicting': evictFromRedis,
  'queues lost': ({ fleet }) => fleet.loseQueues(),
} satisfies Record<string, (scene: Scene) => Promise<boolean | void>>;

export type Accident = keyof typeof accidents;

export const ACCIDENTS = Object.keys(accidents) as Accident[];

export const isAccident = (name: string): name is Accident => Object.hasOwn(accidents, name);

export const ONLY_WITH_REDIS: ReadonlySet<Accident> = new Set(['Redis killed', 'Redis evicting']);

/** Accidents that may not occur, by chance or on this machine; `npm test` reports missing programs at its start. */
export const mayBeMissing = (accident: Accident, hasRedis: boolean): boolean =>
  accident === 'deadlock' ||
  (ONLY_WITH_REDIS.has(accident) && !hasRedis) ||
  (accident === 'disk full' && !hasSmallDisks()) ||
  (accident === 'clocks stepped' && !hasFakeClock);

/** Causes an accident, and waits until the service answers again. */
export async function happen(scene: Scene, accident: Accident, answered: () => number): Promise<void> {
  const { findings } = scene;
  const startedAt = performance.now();
  findings.underWay = accident;
  const isSo = await accidents[accident](scene);
  const before = answered();
  await eventually(() => findings.violations.length > 0 || answered() >= before + ANSWERS_AFTER);
  if (isSo !== false) findings.happened(accident, performance.now() - startedAt);
}
