/**
 * Reservations a second, as a share of the ceiling: the same Express app, with the same parsing, that answers without
 * storage. Both are measured in turn in each round, because absolute figures mean little on a shared machine; everything
 * (load, API, worker, PostgreSQL) runs on this one.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { keyed, oneHotSku, soldOut, thousandSkus, twoLines, type Load } from './loads.ts';
import { measureThroughput, say, type Throughput } from './measure.ts';
import type { Options } from './options.ts';
import type { Running, Stage } from './stage.ts';
import { stockUp } from './stock.ts';

/** Shares of the ceiling. */
export interface Goal {
  readonly load: Load;
  readonly target?: number;
  readonly aim?: number;
}

export const throughputGoals: readonly Goal[] = [
  { load: oneHotSku, target: 0.65, aim: 1 },
  { load: thousandSkus, target: 0.5, aim: 0.8 },
  { load: keyed },
  { load: twoLines, target: 0.4 },
  { load: soldOut, target: 0.8 },
];

/** One turn: the ceiling, and each load by its name. */
export interface ThroughputTurn {
  readonly round: number;
  readonly workerRuns: boolean;
  readonly ceiling: Throughput;
  readonly loads: Readonly<Record<string, Throughput>>;
}

export interface ThroughputResult {
  readonly connections: number;
  readonly seconds: number;
  readonly turns: readonly ThroughputTurn[];
}

const ROUNDS = 3;
const WARM_UP_SECONDS = 3;
/** A worker that has just started or ended keeps a core busy with itself. */
const SETTLE_MS = 2_000;

export async function benchThroughput(
  stage: Stage,
  { seconds, connections, rounds }: Options,
): Promise<ThroughputResult> {
  const database = await stage.createDatabase('bench_throughput');
  const api = await stage.startApp('api', { DATABASE_URL: database.url });
  const ceiling = await stage.startCeiling();
  const gateway = await stage.startApp('gateway-sim', {});
  await stockUp(api.url);

  const turn = async (round: number, worker: Running | null, seconds: number): Promise<ThroughputTurn> => {
    await pause(SETTLE_MS);
    const measure = async (server: Running, load: Load, name: string) => {
      const measured = await measureThroughput(stage, { server, worker }, load, { connections, seconds });
      const when = round === 0 ? 'warm-up' : `round ${round}, worker ${worker ? 'running' : 'stopped'}`;
      say(`${when}: ${name}: ${Math.round(measured.perSecond)}/s`);
      return measured;
    };
    const measuredCeiling = await measure(ceiling, oneHotSku, 'Ceiling');
    const loads: Record<string, Throughput> = {};
    for (const { load } of throughputGoals) loads[load.name] = await measure(api, load, load.name);
    return { round, workerRuns: worker !== null, ceiling: measuredCeiling, loads };
  };
  const withWorker = async (round: number) => {
    const worker = await stage.startApp('worker', { DATABASE_URL: database.url, GATEWAY_URL: gateway.url });
    try {
      return await turn(round, worker, seconds);
    } finally {
      await worker.stop();
    }
  };

  await turn(0, null, Math.min(WARM_UP_SECONDS, seconds));
  const turns: ThroughputTurn[] = [];
  for (let round = 1; round <= (rounds ?? ROUNDS); round += 1) {
    turns.push(await withWorker(round), await turn(round, null, seconds));
  }
  for (const process of [api, ceiling, gateway]) await process.stop();
  await database.drop();
  return { connections, seconds, turns };
}
