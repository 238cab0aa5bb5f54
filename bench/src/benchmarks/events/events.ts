import { runRounds, type Benchmark, type Measured } from '../../benchmark.ts';
import { perSecond } from '../../load/load-figures.ts';
import type { Options, QueuePlace } from '../../options.ts';
import { CPU_COLUMNS } from '../../process-usage.ts';
import { medianOf, medianRatio, p99, sum } from '../../statistics.ts';
import {
  cpuTable,
  digits,
  latencyColumns,
  medianColumn,
  nameColumn,
  NO_GOAL,
  paragraphs,
  table,
  verdict,
  whole,
  type Column,
} from '../../table.ts';
import type { Testbed } from '../../testbed.ts';
import { FOLLOWER, RECEIVER, startConsumer, type ConsumerName } from './consumers.ts';
import {
  eventSubjects,
  REDIS,
  type EventFigures,
  type EventResults,
  type Processes,
  type ReceivedOfLoad,
} from './event-loads.ts';
import { numberBacklog, openEventSource, type Numbered } from './event-source.ts';

/** Of publishing: at least, and against the same without it. */
const FEED_PER_SECOND_MIN = 2_000;
const CHECKOUT_P99_MULTIPLE_MAX = 1.5;
const SATURATED_SHARE_MIN = 0.75;
const ROUNDS = 3;

interface Result {
  readonly place: QueuePlace;
  readonly loads: EventResults;
  /** The events that the silent loads of each round have left. */
  readonly numbered: readonly Numbered[];
}

/** What it costs to publish every change, and how fast events get to the feed. */
export const events: Benchmark = {
  name: 'events',
  compares: 'checkout whose events are published with checkout whose events are not',
  async run(testbed, options) {
    const { connections, seconds } = options;
    const results: Result[] = [];
    for (const place of options.queues) results.push(await measure(testbed, place, options));
    const markdown = paragraphs(
      '## Events',
      'Two installations in turn, each an API on a database of its own. One publishes nothing: no worker, no consumers. In the other one ' +
        'a worker publishes (and is idle while the silent one is busy); one process follows the feed of that API with long polling, and, where it says “publishing”, a webhook is called ' +
        'for every event, by a process that answers 204 at once.',
      `Each load for ${seconds} s: so many reservations a second over 1,000 SKUs, sent when due and counted from then; or ` +
        `${connections} connections on one hot SKU, each as soon as it is answered (saturated). Each reservation is one event. Medians of the ` +
        'rounds, but the worst maximum, and sums of what was missing or came twice.',
      ...results.flatMap(render),
    );
    return { markdown, figures: { connections, seconds, results } };
  },
};

async function measure(
  testbed: Testbed,
  place: QueuePlace,
  { connections, seconds, rounds = ROUNDS }: Options,
): Promise<Result> {
  const publishing = await openEventSource(testbed, 'bench_events_published', place);
  const processes: Processes = {
    publishing,
    // Once for all rounds: before its code is compiled, a worker takes twice as long for each event.
    worker: await publishing.startWorker(),
    follower: await startConsumer(testbed, FOLLOWER),
    receiver: await startConsumer(testbed, RECEIVER),
    silent: await openEventSource(testbed, 'bench_events_silent', place),
  };
  const loads = eventSubjects(testbed, processes, connections);
  const comparisons = [
    { subjects: [loads.feed] },
    { subjects: [loads.feedSaturated] },
    { subjects: [loads.silent, loads.publishing] },
    { subjects: [loads.silentSaturated, loads.publishingSaturated] },
  ];
  const numbered: Numbered[] = [];
  const afterRound = async (round: number) => {
    const backlog = await numberBacklog(processes.silent.databaseUrl);
    if (round > 0) numbered.push(backlog);
  };
  await runRounds(comparisons, { seconds, rounds, afterRound });
  const { worker, follower, receiver, silent } = processes;
  for (const process of [worker, follower, receiver]) await process.stop();
  for (const source of [publishing, silent]) await source.close();
  return { place, loads, numbered };
}

function render({ place, loads, numbered }: Result): (string | null)[] {
  const rounds = numbered.length;
  const events = medianOf(numbered, ({ events }) => events);
  const numberedPerSecond = medianOf(numbered, ({ events, seconds }) => events / seconds);
  return [
    `### Queues in ${place}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
    'What checkout feels:',
    checkoutTable(loads),
    'Who heard of it, and when. The lag is from an event’s `time`; the rate “until the last” is over the time from the load’s begin until the ' +
      'last event had come. The webhook is not waited for after the saturated load, as one endpoint is not called that often.',
    receivedTable(loads),
    `The sequencer alone, with the ${whole(events)} events that the silent loads had left: ${whole(numberedPerSecond)} a second, which is ` +
      `${(100_000 / numberedPerSecond).toFixed(1)} s for 100,000.`,
    cpuTable(Object.values(loads), [...CPU_COLUMNS, ...(place === REDIS ? [REDIS] : []), FOLLOWER, RECEIVER]),
  ];
}

interface CheckoutRow extends Measured<EventFigures> {
  readonly against?: string;
  readonly goal?: string;
}

function checkoutTable(loads: EventResults): string {
  const { silent, publishing, silentSaturated, publishingSaturated } = loads;
  const multiple = medianRatio(publishing.rounds, silent.rounds, p99);
  const share = medianRatio(publishingSaturated.rounds, silentSaturated.rounds, perSecond);
  const rows: readonly CheckoutRow[] = [
    silent,
    {
      ...publishing,
      against: `p99 ${multiple.toFixed(2)}x`,
      goal: verdict(`at most ${CHECKOUT_P99_MULTIPLE_MAX}x`, multiple <= CHECKOUT_P99_MULTIPLE_MAX),
    },
    loads.feed,
    silentSaturated,
    {
      ...publishingSaturated,
      against: share.toFixed(2),
      goal: verdict(`at least ${SATURATED_SHARE_MIN}`, share >= SATURATED_SHARE_MIN),
    },
    loads.feedSaturated,
  ];
  return table(rows, [
    nameColumn,
    medianColumn('a second', perSecond),
    ...latencyColumns(digits(1)),
    ['against silent', ({ against }) => against],
    ['target', ({ goal = NO_GOAL }) => goal],
  ]);
}

type ReceivedRow = Measured<ReceivedOfLoad>;

const receivedBy = ({ name, rounds }: Measured<EventFigures>, consumer: ConsumerName): ReceivedRow => ({
  name: `${name}: ${consumer}`,
  rounds: rounds.flatMap(({ received }) => received[consumer] ?? []),
});

function receivedTable({ feed, feedSaturated, publishing, publishingSaturated }: EventResults): string {
  const inFeed = receivedBy(feedSaturated, FOLLOWER);
  const feedPerSecond = medianOf(inFeed.rounds, ({ perSecond }) => perSecond);
  const goal = `at least ${whole(FEED_PER_SECOND_MIN)} until the last`;
  const columns: readonly Column<ReceivedRow>[] = [
    nameColumn,
    medianColumn('events', ({ sent }: ReceivedOfLoad) => sent),
    medianColumn('heard a second, during the load', ({ perSecondInTime }: ReceivedOfLoad) => perSecondInTime),
    medianColumn('until the last', ({ perSecond }: ReceivedOfLoad) => perSecond),
    medianColumn('lag p50 ms', ({ lag }: ReceivedOfLoad) => lag.p50Ms),
    medianColumn('lag p99 ms', ({ lag }: ReceivedOfLoad) => lag.p99Ms),
    ['lag max ms', ({ rounds }) => Math.max(...rounds.map(({ lag }) => lag.maxMs))],
    ['missing', ({ rounds }) => sum(rounds.map(({ missing }) => missing))],
    ['twice', ({ rounds }) => sum(rounds.map(({ repeats }) => repeats))],
    ['target', (row) => (row === inFeed ? verdict(goal, feedPerSecond >= FEED_PER_SECOND_MIN) : NO_GOAL)],
  ];
  const rows = [
    receivedBy(feed, FOLLOWER),
    inFeed,
    receivedBy(publishing, FOLLOWER),
    receivedBy(publishing, RECEIVER),
    receivedBy(publishingSaturated, FOLLOWER),
    receivedBy(publishingSaturated, RECEIVER),
  ];
  return table(rows, columns);
}
