import type { Benchmark } from '../../benchmark.ts';
import type { Finding } from '../../findings.ts';
import { queuePlaces, type QueuePlace } from '../../options.ts';
import { paragraphs } from '../../table.ts';
import { measureProcesses, renderProcesses } from './busy-processes.ts';
import { measureGroupCommit, renderGroupCommits } from './group-commit.ts';
import { measureLife, renderLife, type Step } from './reservation-life.ts';
import { measureWaitingJobs, renderWaitingJobs, type WaitingJobs } from './waiting-jobs.ts';

/** Reservations in each step: enough that a half-filled page does not count. */
const RESERVATIONS = 5_000;

/**
 * docs/scaling.md reckons with these figures. They are sizes and counts, so a machine that is busy with other things does
 * them little harm.
 */
export const footprint: Benchmark = {
  name: 'footprint',
  compares: 'bytes, rows, WAL, commits and CPU of each step of a reservation; queues and processes',
  async run(testbed, { percent, seconds }) {
    const count = Math.ceil((RESERVATIONS * percent) / 100);
    const lives: { lines: number; steps: readonly Step[] }[] = [];
    for (const lines of [1, 2]) lives.push({ lines, steps: await measureLife(testbed, { lines, count }) });
    const groupCommits = await measureGroupCommit(testbed, seconds);
    const waiting: WaitingJobs[] = [];
    for (const place of queuePlaces) waiting.push(await measureWaitingJobs(testbed, place));
    const processes: Partial<Record<QueuePlace, readonly Finding[]>> = {};
    for (const place of queuePlaces) processes[place] = await measureProcesses(testbed, place, seconds);
    const markdown = paragraphs(
      '## What a reservation leaves behind',
      'One API on an empty shop of 1,000 SKUs at one location, the same number of reservations in each step, 128 callers at once. ' +
        'Bytes are what a table or its indexes have grown by once vacuumed, for each reservation; what became free is used again, so an ' +
        'update that leaves nothing shows 0. WAL is without whole pages. A worker’s steps are done by the worker’s own parts in one ' +
        'process: of “tell the warehouse” that is the claim and the end of an attempt, without queue and call.',
      percent === 100 ? null : `**A try with ${percent}% of the reservations.**`,
      ...lives.map(({ lines, steps }) => renderLife(lines, steps)),
      renderGroupCommits(groupCommits),
      renderWaitingJobs(waiting),
      renderProcesses(processes),
    );
    return { markdown, figures: { percent, lives, groupCommits, waiting, processes } };
  },
};
