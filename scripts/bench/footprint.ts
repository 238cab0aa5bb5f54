/**
 * What a reservation leaves behind: bytes, rows, WAL, commits and CPU for each step of its life; what waits in the queues;
 * and what processes need beside their work. docs/scaling.md reckons with these figures. They are sizes and counts, so a
 * machine that is busy with other things does them little harm.
 */
import { measureGroupCommit, type GroupCommit } from './footprint/group-commit.ts';
import { measureLife } from './footprint/life.ts';
import { measureProcesses, type ProcessNeeds } from './footprint/processes.ts';
import type { Step } from './footprint/step.ts';
import { measureWaitingJobs, type WaitingJobs } from './footprint/waiting-jobs.ts';
import type { Options } from './options.ts';
import type { Stage } from './stage.ts';
import { queuePlaces, type QueuePlace } from './workers/fleet.ts';

export interface FootprintResult {
  readonly percent: number;
  /** Of reservations of one line, and of two. */
  readonly lives: readonly { readonly lines: number; readonly steps: readonly Step[] }[];
  readonly groupCommits: readonly GroupCommit[];
  readonly waiting: Readonly<Record<QueuePlace, WaitingJobs>>;
  readonly processes: Readonly<Record<QueuePlace, ProcessNeeds>>;
}

/** Reservations in each step: enough that a half-filled page does not count. */
const RESERVATIONS = 5_000;

export async function benchFootprint(stage: Stage, { percent, seconds }: Options): Promise<FootprintResult> {
  const count = Math.ceil((RESERVATIONS * percent) / 100);
  const lives: FootprintResult['lives'][number][] = [];
  for (const lines of [1, 2]) lives.push({ lines, steps: await measureLife(stage, { lines, count }) });
  const groupCommits = await measureGroupCommit(stage, seconds);
  const waiting = await onEach((place) => measureWaitingJobs(stage, place));
  const processes = await onEach((place) => measureProcesses(stage, place, seconds));
  return { percent, lives, groupCommits, waiting, processes };
}

async function onEach<Result>(
  measure: (place: QueuePlace) => Promise<Result>,
): Promise<Record<QueuePlace, Result>> {
  const [postgres, redis] = queuePlaces;
  return { [postgres]: await measure(postgres), [redis]: await measure(redis) };
}
