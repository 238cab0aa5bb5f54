import { meterCpu, perThousand, type CpuSeconds, type Metered } from './cpu.ts';
import type { Load } from './loads.ts';
import type { Latencies } from './statistics.ts';
import type { Running, Stage } from './stage.ts';

export interface Throughput extends Latencies {
  readonly perSecond: number;
  /** CPU seconds for each 1,000 answers, by process. */
  readonly cpu: CpuSeconds;
}

/** Who answers, and who works beside it. */
export interface Cast {
  readonly server: Running;
  readonly worker?: Running | null;
  /** Who else takes part, by name. */
  readonly others?: Readonly<Record<string, Metered>>;
}

const SERVER = 'API';
const WORKER = 'worker';
const POSTGRES = 'PostgreSQL';
const GENERATOR = 'load generator';
export const CPU_COLUMNS = [SERVER, POSTGRES, WORKER, GENERATOR] as const;

/** Closed loop. @throws {Error} when an answer was not the one that the load expects */
export async function measureThroughput(
  stage: Stage,
  cast: Cast,
  load: Load,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Throughput> {
  const requests = { ...load, url: cast.server.url };
  const cpuSince = meterAll(stage, cast);
  const timing = await stage.generator
    .run({ kind: 'closed-loop', requests, connections, seconds })
    .catch((error: unknown) => {
      throw new Error(load.name, { cause: error });
    });
  const { count, seconds: took, ...latencies } = timing;
  return { perSecond: count / took, ...latencies, cpu: perThousand(cpuSince(), count) };
}

/** Counts what all processes use from now on. */
export function meterAll(stage: Stage, { server, worker, others }: Cast): () => CpuSeconds {
  const processes: Record<string, Metered> = {
    ...others,
    [SERVER]: server,
    [POSTGRES]: { pid: stage.postmasterPid, withChildren: true },
    [GENERATOR]: stage.generator,
  };
  if (worker) processes[WORKER] = worker;
  return meterCpu(processes);
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
