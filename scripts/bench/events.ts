/**
 * What it costs that every change is told: how fast events get to the feed, and what checkout feels of it. Two shops take
 * turns in each round: one whose worker publishes while the feed is followed and a webhook is called, and one where nobody
 * does.
 */
import { startFollower, startReceiver } from './events/listener.ts';
import { openShop } from './events/shop.ts';
import { playPublishing, playSilent, type PublishingTurn, type SilentTurn } from './events/turns.ts';
import type { Options } from './options.ts';
import type { Stage } from './stage.ts';
import type { QueuePlace } from './workers/fleet.ts';

/** Of publishing: at least, and against the same without it. */
export const eventGoals = {
  feedPerSecondMin: 2_000,
  checkoutP99MultipleMax: 1.5,
  saturatedShareMin: 0.75,
} as const;

export interface EventsRound extends PublishingTurn, SilentTurn {}

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
  const audience = { follower: await startFollower(stage), receiver: await startReceiver(stage) };
  const publishing = await openShop(stage, 'bench_events_published', place);
  const silent = await openShop(stage, 'bench_events_silent', place);
  const playRound = async (round: number, seconds: number): Promise<EventsRound> => {
    const name = `queues in ${place}, ${round === 0 ? 'warm-up' : `round ${round}`}`;
    const settings = { name, connections, seconds };
    // Who comes first changes, so that none gains by its place.
    const before = round % 2 === 1 ? await playSilent(stage, silent, settings) : null;
    const published = await playPublishing(stage, publishing, audience, settings);
    return { ...published, ...(before ?? (await playSilent(stage, silent, settings))) };
  };

  await playRound(0, Math.min(WARM_UP_SECONDS, seconds));
  const played: EventsRound[] = [];
  for (let round = 1; round <= (rounds ?? ROUNDS); round += 1) played.push(await playRound(round, seconds));
  for (const shop of [publishing, silent]) await shop.close();
  for (const listener of Object.values(audience)) await listener.stop();
  return played;
}
