import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Measurement } from './measure.ts';

const RESULTS_DIR = join(__dirname, '../../bench/results');

export interface Machine {
  readonly at: string;
  readonly cpu: string;
  readonly memory: string;
  readonly node: string;
  readonly postgres: string;
  readonly commit: string;
}

export async function machine(databaseUrl: string): Promise<Machine> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  return {
    at: new Date().toISOString(),
    cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    postgres: rows[0]?.server_version ?? 'unknown',
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
  };
}

/** Prints the table and writes it to bench/results, as Markdown and JSON. The first load is the ceiling. */
export function writeResults(on: Machine, results: ReadonlyMap<string, readonly Measurement[]>): void {
  const medians = [...results].map(([name, rounds]) => ({
    name,
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
  }));
  const ceiling = medians[0]?.perSecond ?? Number.NaN;
  const rows = medians.map(
    ({ name, perSecond, p50Ms, p99Ms }) =>
      `| ${name} | ${Math.round(perSecond).toLocaleString('en')} | ${(perSecond / ceiling).toFixed(2)} | ${p50Ms} | ${p99Ms} |`,
  );
  const table = [
    '| | a second | share of the ceiling | p50 ms | p99 ms |',
    '|---|---:|---:|---:|---:|',
    ...rows,
  ].join('\n');
  const text = `${table}\n\nMedians of ${[...results.values()][0]?.length} rounds. ${Object.values(on).join(', ')}.\n`;
  process.stdout.write(`\n${text}`);
  mkdirSync(RESULTS_DIR, { recursive: true });
  writeFileSync(join(RESULTS_DIR, 'reservations.md'), text);
  writeFileSync(
    join(RESULTS_DIR, 'reservations.json'),
    `${JSON.stringify({ ...on, medians, rounds: Object.fromEntries(results) }, null, 2)}\n`,
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
