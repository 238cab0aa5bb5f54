/**
 * How long a reservation takes, in milliseconds and as a multiple of the least that PostgreSQL can do: a bare one-row
 * INSERT transaction on the same server, measured in the same rounds.
 */
import type { CpuSeconds } from './cpu.ts';
import { perThousand } from './cpu.ts';
import type { Timing } from './load-generator/orders.ts';
import { thousandSkus } from './loads.ts';
import { meterAll, say } from './measure.ts';
import type { Options } from './options.ts';
import type { Stage } from './stage.ts';
import { stockUp } from './stock.ts';

export const OPEN_LOOP_PER_SECOND = 1_000;

/** Multiples of the bare INSERT's p50, but for the aim of the open loop. */
export const latencyGoals = {
  sequential: { p50Target: 8, p50Aim: 4 },
  openLoop: { p99Target: 30, p99AimMs: 10 },
} as const;

interface LatencyRound {
  readonly bare: Timing;
  readonly sequential: Timing & { readonly cpu: CpuSeconds };
  readonly openLoop: Timing & { readonly cpu: CpuSeconds };
}

export interface LatencyResult {
  readonly seconds: number;
  readonly openLoopSeconds: number;
  readonly rounds: readonly LatencyRound[];
}

const ROUNDS = 3;
const WARM_UP_SECONDS = 3;
const OPEN_LOOP_LONGER = 2.5;

export async function benchLatency(stage: Stage, { seconds, rounds }: Options): Promise<LatencyResult> {
  const database = await stage.createDatabase('bench_latency');
  const server = await stage.startApp('api', { DATABASE_URL: database.url });
  const gateway = await stage.startApp('gateway-sim', {});
  const worker = await stage.startApp('worker', { DATABASE_URL: database.url, GATEWAY_URL: gateway.url });
  await stockUp(server.url);

  const metered = async (run: Promise<Timing>) => {
    const cpuSince = meterAll(stage, { server, worker });
    const timing = await run;
    return { ...timing, cpu: perThousand(cpuSince(), timing.count) };
  };
  const requests = { ...thousandSkus, url: server.url };
  const round = async (seconds: number): Promise<LatencyRound> => ({
    bare: await stage.generator.run({ kind: 'bare-inserts', databaseUrl: database.url, seconds }),
    sequential: await metered(
      stage.generator.run({ kind: 'closed-loop', requests, connections: 1, seconds }),
    ),
    openLoop: await metered(
      stage.generator.run({
        kind: 'open-loop',
        requests,
        perSecond: OPEN_LOOP_PER_SECOND,
        seconds: seconds * OPEN_LOOP_LONGER,
      }),
    ),
  });

  await round(Math.min(WARM_UP_SECONDS, seconds));
  const measured: LatencyRound[] = [];
  for (let number = 1; number <= (rounds ?? ROUNDS); number += 1) {
    const { bare, sequential, openLoop } = await round(seconds);
    say(
      `round ${number}: bare INSERT p50 ${bare.p50Ms.toFixed(2)} ms, one connection p50 ` +
        `${sequential.p50Ms.toFixed(2)} ms, open loop p99 ${openLoop.p99Ms.toFixed(2)} ms`,
    );
    measured.push({ bare, sequential, openLoop });
  }
  for (const process of [worker, gateway, server]) await process.stop();
  await database.drop();
  return { seconds, openLoopSeconds: seconds * OPEN_LOOP_LONGER, rounds: measured };
}
