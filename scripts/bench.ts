/**
 * `npm run bench`: how much Holdfast does, and how fast, against yardsticks that are measured in the same run. A target
 * that is not met is shown, and is no failure. `npm run bench -- --help` lists the options.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchEvents } from './bench/events.ts';
import { benchFootprint } from './bench/footprint.ts';
import { benchImport } from './bench/import.ts';
import { benchLatency } from './bench/latency.ts';
import { readOptions, type Options, type Part } from './bench/options.ts';
import { benchPreload } from './bench/preload.ts';
import { benchReading } from './bench/reading.ts';
import { benchReconcile } from './bench/reconcile.ts';
import { renderEvents } from './bench/render/events.ts';
import { renderFootprint } from './bench/render/footprint.ts';
import { renderImport } from './bench/render/import.ts';
import { renderLatency } from './bench/render/latency.ts';
import { renderPreload } from './bench/render/preload.ts';
import { renderReading } from './bench/render/reading.ts';
import { renderReconcile } from './bench/render/reconcile.ts';
import { renderThroughput } from './bench/render/throughput.ts';
import { renderWorkers } from './bench/render/workers.ts';
import { describeMachine, writeResult, type Machine } from './bench/results.ts';
import { setStage, type Stage } from './bench/stage.ts';
import { benchThroughput } from './bench/throughput.ts';
import { benchWorkers } from './bench/workers.ts';
import { Supervisor } from './start/supervisor.ts';

const parts: Record<Part, (stage: Stage, options: Options, machine: Machine) => Promise<void>> = {
  async throughput(stage, options, machine) {
    const result = await benchThroughput(stage, options);
    writeResult('throughput', machine, renderThroughput(result), result);
  },
  async latency(stage, options, machine) {
    const result = await benchLatency(stage, options);
    writeResult('latency', machine, renderLatency(result), result);
  },
  async preload(stage, options, machine) {
    const result = await benchPreload(stage, options);
    writeResult('preload', machine, renderPreload(result), result);
  },
  async import(stage, options, machine) {
    const result = await benchImport(stage, options);
    writeResult('import', machine, renderImport(result), result);
  },
  async reading(stage, options, machine) {
    const result = await benchReading(stage, options);
    writeResult('reading', machine, renderReading(result), result);
  },
  async reconcile(stage, options, machine) {
    const result = await benchReconcile(stage, options);
    writeResult('reconcile', machine, renderReconcile(result), result);
  },
  async workers(stage, options, machine) {
    const result = await benchWorkers(stage, options);
    writeResult('workers', machine, renderWorkers(result), result);
  },
  async events(stage, options, machine) {
    const result = await benchEvents(stage, options);
    writeResult('events', machine, renderEvents(result), result);
  },
  async footprint(stage, options, machine) {
    const result = await benchFootprint(stage, options);
    writeResult('footprint', machine, renderFootprint(result), result);
  },
};

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) return 0;
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const supervisor = new Supervisor();
  supervisor.listenForSignals();
  const run = runParts(options, supervisor, dataDir).then(
    () => 0,
    (error: unknown) => {
      // Whatever fails after Ctrl-C does so because of it.
      if (!supervisor.isEnding) console.error(error);
      return 1;
    },
  );
  const code = await Promise.race([run, supervisor.ending.then(() => 130)]);
  await supervisor.stopAll(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
  return code;
}

async function runParts(options: Options, supervisor: Supervisor, dataDir: string): Promise<void> {
  const stage = await setStage(supervisor, dataDir);
  const machine = describeMachine(stage.postgresVersion);
  for (const part of options.parts) await parts[part](stage, options, machine);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
