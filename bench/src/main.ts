/**
 * `npm run bench`: how much Holdfast does, and how fast, against yardsticks that are measured in the same run. A target
 * that is not met is shown, and is no failure. `npm run bench -- --help` lists the options.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor } from '../../scripts/start/supervisor.ts';
import type { Benchmark } from './benchmark.ts';
import { apis } from './benchmarks/apis.ts';
import { backlog } from './benchmarks/backlog.ts';
import { events } from './benchmarks/events/events.ts';
import { footprint } from './benchmarks/footprint/footprint.ts';
import { hotPath } from './benchmarks/hot-path/hot-path.ts';
import { stockImport } from './benchmarks/import/import.ts';
import { latency } from './benchmarks/latency.ts';
import { life } from './benchmarks/life.ts';
import { preload } from './benchmarks/preload.ts';
import { reading } from './benchmarks/reading/reading.ts';
import { reconcile } from './benchmarks/reconcile/reconcile.ts';
import { throughput } from './benchmarks/throughput.ts';
import { workers } from './benchmarks/workers/workers.ts';
import { readOptions, type Options } from './options.ts';
import { describeMachine, writeResult } from './results.ts';
import { openTestbed } from './testbed.ts';

const BENCHMARKS: readonly Benchmark[] = [
  throughput,
  latency,
  life,
  apis,
  backlog,
  preload,
  stockImport,
  reading,
  reconcile,
  workers,
  events,
  footprint,
  hotPath,
];

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), BENCHMARKS);
  if (!options) return 0;
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const supervisor = new Supervisor();
  supervisor.listenForSignals();
  const run = runBenchmarks(options, supervisor, dataDir).then(
    () => 0,
    (error: unknown) => {
      // What fails after Ctrl-C does so because of it.
      if (!supervisor.isEnding) console.error(error);
      return 1;
    },
  );
  const code = await Promise.race([run, supervisor.ending.then(() => 130)]);
  await supervisor.stopAll(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
  return code;
}

async function runBenchmarks(options: Options, supervisor: Supervisor, dataDir: string): Promise<void> {
  const testbed = await openTestbed(supervisor, dataDir);
  const machine = await describeMachine(testbed.postgresUrl);
  for (const { name, run } of BENCHMARKS) {
    if (!options.only.has(name)) continue;
    const report = await run(testbed, options);
    await testbed.clear();
    writeResult(name, machine, report);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
