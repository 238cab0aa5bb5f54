/**
 * Whether the service slows down as its tables grow: an API on an empty database and one on a database of a million old
 * reservations of the same SKUs, in turn.
 */
import { withProgress } from '../bootstrap/progress.mjs';
import { showProgress } from '../progress-bar.ts';
import { oneHotSku, thousandSkus, type Load } from './loads.ts';
import { measureThroughput, say, type Throughput } from './measure.ts';
import type { Options } from './options.ts';
import { fillDatabase, settleDatabase, type Filled } from './preload/fill.ts';
import type { Stage } from './stage.ts';
import { stockUp } from './stock.ts';

/** Preloaded, as a share of empty. */
export const PRELOAD_TARGET = 0.8;

export const preloadLoads: readonly Load[] = [oneHotSku, thousandSkus];

/** One round, each load by its name. */
type PreloadRound = Readonly<Record<string, { readonly empty: Throughput; readonly preloaded: Throughput }>>;

export interface PreloadResult {
  readonly connections: number;
  readonly seconds: number;
  readonly filled: Filled;
  readonly rounds: readonly PreloadRound[];
}

const ROUNDS = 5;
const WARM_UP_SECONDS = 3;

export async function benchPreload(
  stage: Stage,
  { seconds, connections, rounds, preload }: Options,
): Promise<PreloadResult> {
  const emptyDatabase = await stage.createDatabase('bench_empty');
  const preloadedDatabase = await stage.createDatabase('bench_preloaded');
  const progress = showProgress(`Preloading ${preload.toLocaleString('en')} reservations`, preload);
  await fillDatabase(preloadedDatabase.url, preload, progress);
  const filled = await withProgress('Vacuuming and analysing', () => settleDatabase(preloadedDatabase.url));
  const empty = await stage.startApp('api', { DATABASE_URL: emptyDatabase.url });
  const preloaded = await stage.startApp('api', { DATABASE_URL: preloadedDatabase.url });
  await stockUp(empty.url);

  const servers = { empty, preloaded };
  const measure = async (number: number, load: Load, which: keyof typeof servers, seconds: number) => {
    const cast = { server: servers[which] };
    const measured = await measureThroughput(stage, cast, load, { connections, seconds });
    const when = number === 0 ? 'warm-up' : `round ${number}`;
    say(`${when}: ${load.name}, ${which}: ${Math.round(measured.perSecond)}/s`);
    return measured;
  };
  const round = async (number: number, seconds: number): Promise<PreloadRound> => {
    const measured: Record<string, PreloadRound[string]> = {};
    for (const load of preloadLoads) {
      // Who comes first changes, so that neither gains by its place.
      const first = number % 2 === 0 ? await measure(number, load, 'preloaded', seconds) : null;
      const onEmpty = await measure(number, load, 'empty', seconds);
      const onPreloaded = first ?? (await measure(number, load, 'preloaded', seconds));
      measured[load.name] = { empty: onEmpty, preloaded: onPreloaded };
    }
    return measured;
  };

  await round(0, Math.min(WARM_UP_SECONDS, seconds));
  const measured: PreloadRound[] = [];
  for (let number = 1; number <= (rounds ?? ROUNDS); number += 1) measured.push(await round(number, seconds));
  for (const process of [preloaded, empty]) await process.stop();
  for (const database of [preloadedDatabase, emptyDatabase]) await database.drop();
  return { connections, seconds, filled, rounds: measured };
}
