/**
 * What it costs that every change is told: how fast events get to the feed, and what checkout feels of it, against the same
 * checkout in a shop where nobody wants to know.
 */
import { startFollower, startReceiver } from './events/listener.ts';
import { playRound, type EventsRound, type Players } from './events/round.ts';
import { openShop } from './events/shop.ts';
import type { Options } from './options.ts';
import type { Stage } from './stage.ts';
import type { QueuePlace } from './workers/fleet.ts';

/** Of publishing: at least, and against the same without it. */
export const eventGoals = {
  feedPerSecondMin: 2_000,
  checkoutP99MultipleMax: 1.5,
  saturatedShareMin: 0.75,
} as const;

export interface EventsResult {
  readonly connections: number;
  readonly seconds: number;
  readonly places: readonly { readonly place: QueuePlace; readonly rounds: readonly EventsRound[] }[];
}

const ROUNDS = 3;
const WARM_UP_SECONDS = 3;

export async function benchEvents(stage: Stage, options: Options): Promise<EventsResult> {
  const { connections, seconds, queues } = options;
  const places: EventsResult['places'][number][] = [];
  for (const place of queues) places.push({ place, rounds: await playRounds(stage, place, options) });
  return { connections, seconds, places };
}

async function playRounds(
  stage: Stage,
  place: QueuePlace,
  { connections, seconds, rounds }: Options,
): Promise<readonly EventsRound[]> {
  const telling = await openShop(stage, 'bench_events_told', place);
  const players: Players = {
    telling,
    // Once for all rounds: before its code is compiled, a worker takes twice as long for each event.
    worker: await telling.startWorker(),
    follower: await startFollower(stage),
    receiver: await startReceiver(stage),
    silent: await openShop(stage, 'bench_events_silent', place),
  };
  // Who comes first changes, so that none gains by its place.
  const play = (round: number, seconds: number) =>
    playRound(stage, players, {
      name: `queues in ${place}, ${round === 0 ? 'warm-up' : `round ${round}`}`,
      connections,
      seconds,
      isSilentFirst: round % 2 === 1,
    });

  await play(0, Math.min(WARM_UP_SECONDS, seconds));
  const played: EventsRound[] = [];
  for (let round = 1; round <= (rounds ?? ROUNDS); round += 1) played.push(await play(round, seconds));
  const { worker, follower, receiver, silent } = players;
  for (const process of [worker, follower, receiver]) await process.stop();
  for (const shop of [telling, silent]) await shop.close();
  return played;
}
