import { eventGoals, type EventsResult } from '../events.ts';
import { FOLLOWER, RECEIVER } from '../events/listener.ts';
import { CHECKOUT_PER_SECOND, FEED_PER_SECOND, type EventsRound } from '../events/round.ts';
import { REDIS, type LoadRun } from '../events/run-load.ts';
import { CPU_COLUMNS } from '../measure.ts';
import { median, medianLatencies } from '../statistics.ts';
import { cpuTable, NO_GOAL, paragraphs, table, verdict, whole } from './table.ts';

const { feedPerSecondMin, checkoutP99MultipleMax, saturatedShareMin } = eventGoals;

export function renderEvents({ connections, seconds, places }: EventsResult): string {
  return paragraphs(
    '## Events',
    'Two shops in turn, each an API on a database of its own. One is silent: no worker, and nobody wants events. In the other one ' +
      'a worker publishes (and is idle while the silent one is busy); one process follows the feed of that API with long polling, and, where it says “publishing”, a webhook is called ' +
      'for every event, by a process that answers 204 at once.',
    `Each load for ${seconds} s: so many reservations a second over 1,000 SKUs, sent when due and counted from then; or ` +
      `${connections} connections on one hot SKU, each as soon as it is answered (saturated). Each reservation is one event. Medians of the ` +
      'rounds, but the worst maximum, and sums of what was missing or came twice.',
    ...places.flatMap(({ place, rounds }) => renderPlace(place, rounds)),
  );
}

/** A load in all rounds. */
interface Row {
  readonly name: string;
  readonly runs: readonly LoadRun[];
}

function renderPlace(place: string, rounds: readonly EventsRound[]): (string | null)[] {
  const row = (name: string, pick: (round: EventsRound) => LoadRun): Row => ({
    name,
    runs: rounds.map(pick),
  });
  const paced = `${whole(CHECKOUT_PER_SECOND)} a second`;
  const silent = row(`Silent, ${paced}`, (round) => round.silent.steady);
  const publishing = row(`Publishing, ${paced}`, (round) => round.publishing.steady);
  const feed = row(`Feed only, ${whole(FEED_PER_SECOND)} a second`, (round) => round.feed.steady);
  const silentSaturated = row('Silent, saturated', (round) => round.silent.saturated);
  const publishingSaturated = row('Publishing, saturated', (round) => round.publishing.saturated);
  const feedSaturated = row('Feed only, saturated', (round) => round.feed.saturated);

  const multiple = medianRatio(publishing, silent, ({ timing }) => timing.p99Ms);
  const share = medianRatio(publishingSaturated, silentSaturated, perSecond);
  return [
    `### Queues in ${place}, ${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}`,
    'What checkout feels:',
    table(
      ['', 'a second', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms', 'against silent', 'target'],
      [
        [...felt(silent), '', NO_GOAL],
        [
          ...felt(publishing),
          `p99 ${multiple.toFixed(2)}x`,
          verdict(`at most ${checkoutP99MultipleMax}x`, multiple <= checkoutP99MultipleMax),
        ],
        [...felt(feed), '', NO_GOAL],
        [...felt(silentSaturated), '', NO_GOAL],
        [
          ...felt(publishingSaturated),
          share.toFixed(2),
          verdict(`at least ${saturatedShareMin}`, share >= saturatedShareMin),
        ],
        [...felt(feedSaturated), '', NO_GOAL],
      ],
    ),
    'Who heard of it, and when. The lag is from an event’s `time`; the rate “until the last” is over the time from the load’s begin until the ' +
      'last event had come. For the webhook nobody waits after the saturated load, as one endpoint is not called that often.',
    table(
      [
        '',
        'events',
        'heard a second, during the load',
        'until the last',
        'lag p50 ms',
        'lag p99 ms',
        'lag max ms',
        'missing',
        'twice',
        'target',
      ],
      [
        heard(feed, FOLLOWER, NO_GOAL),
        heard(feedSaturated, FOLLOWER, toFeedGoal),
        heard(publishing, FOLLOWER, NO_GOAL),
        heard(publishing, RECEIVER, NO_GOAL),
        heard(publishingSaturated, FOLLOWER, NO_GOAL),
        heard(publishingSaturated, RECEIVER, NO_GOAL),
      ],
    ),
    numberingText(rounds),
    cpuTable(
      [silent, publishing, feed, silentSaturated, publishingSaturated, feedSaturated].map(
        ({ name, runs }) => ({ name, rounds: runs.map(({ cpu }) => cpu) }),
      ),
      [...CPU_COLUMNS, ...(place === REDIS ? [REDIS] : []), FOLLOWER, RECEIVER],
    ),
  ];
}

const perSecond = ({ timing }: LoadRun): number => timing.count / timing.seconds;

/** Round by round. */
function medianRatio(one: Row, other: Row, figure: (run: LoadRun) => number): number {
  return median(
    one.runs.map((run, round) => {
      const against = other.runs[round];
      return against ? figure(run) / figure(against) : Number.NaN;
    }),
  );
}

function felt({ name, runs }: Row): string[] {
  const { p50Ms, p90Ms, p99Ms, maxMs } = medianLatencies(runs.map(({ timing }) => timing));
  const figures = [p50Ms, p90Ms, p99Ms, maxMs].map((value) => value.toFixed(1));
  return [name, whole(median(runs.map(perSecond))), ...figures];
}

const toFeedGoal = (perSecond: number): string =>
  verdict(`at least ${whole(feedPerSecondMin)} until the last`, perSecond >= feedPerSecondMin);

function heard(
  { name, runs }: Row,
  listener: string,
  goal: string | ((perSecondUntilLast: number) => string),
): string[] {
  const heard = runs.flatMap(({ timing, heard }) => {
    const by = heard[listener];
    return by ? [{ ...by, count: timing.count, loadSeconds: timing.seconds }] : [];
  });
  const lag = medianLatencies(heard.map(({ lag }) => lag));
  const untilLast = median(heard.map(({ events, seconds }) => events / seconds));
  return [
    `${name}: ${listener}`,
    whole(median(heard.map(({ count }) => count))),
    whole(median(heard.map(({ inTime, loadSeconds }) => inTime / loadSeconds))),
    whole(untilLast),
    ...[lag.p50Ms, lag.p99Ms, lag.maxMs].map(whole),
    whole(heard.reduce((sum, { count, events }) => sum + count - events, 0)),
    whole(heard.reduce((sum, { repeats }) => sum + repeats, 0)),
    typeof goal === 'string' ? goal : goal(untilLast),
  ];
}

function numberingText(rounds: readonly EventsRound[]): string {
  const events = median(rounds.map(({ numbered }) => numbered.events));
  const perSecond = median(rounds.map(({ numbered: { events, seconds } }) => events / seconds));
  return (
    `The sequencer alone, with the ${whole(events)} events that the silent loads had left: ${whole(perSecond)} a second, which is ` +
    `${(100_000 / perSecond).toFixed(1)} s for 100,000.`
  );
}
