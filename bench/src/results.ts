import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { withSession } from '@holdfast/testing';
import type { Report } from './benchmark.ts';

const ROOT = join(__dirname, '../..');
const RESULTS_DIR = join(ROOT, 'bench/results');

/** Where and of what a measurement was taken. */
export interface Machine {
  readonly at: string;
  readonly cpu: string;
  readonly memory: string;
  readonly node: string;
  readonly postgres: string;
  readonly commit: string;
}

/** Called before anything is measured: the results are files of the checkout too. */
export async function describeMachine(postgresUrl: string): Promise<Machine> {
  const { rows } = await withSession(postgresUrl, (session) =>
    session.query<{ server_version: string }>('SHOW server_version'),
  );
  return {
    at: new Date().toISOString(),
    cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    postgres: rows[0]?.server_version ?? 'unknown',
    commit: commit(),
  };
}

/** Prints what was rendered, and writes it to bench/results as Markdown, with figures as JSON and pictures beside it. */
export function writeResult(
  name: string,
  machine: Machine,
  { markdown, figures, pictures = {} }: Report,
): void {
  const { at, cpu, memory, node, postgres, commit } = machine;
  const where = `${at}, ${cpu}, ${memory}, Node ${node}, PostgreSQL ${postgres}, commit ${commit}.`;
  const text = `${markdown}\n\n${where}\n`;
  process.stdout.write(`\n${text}\n`);
  mkdirSync(RESULTS_DIR, { recursive: true });
  writeFileSync(join(RESULTS_DIR, `${name}.md`), text);
  writeFileSync(join(RESULTS_DIR, `${name}.json`), `${JSON.stringify({ machine, ...figures }, null, 2)}\n`);
  for (const [picture, svg] of Object.entries(pictures)) {
    writeFileSync(join(RESULTS_DIR, `${name}-${picture}.svg`), svg);
  }
}

/** Results of earlier runs do not make a checkout dirty. */
function commit(): string {
  try {
    const changes = git('status', '--porcelain', '--', '.', ':!bench/results');
    return `${git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : '-dirty'}`;
  } catch {
    return 'unknown'; // no git, or no checkout
  }
}

const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
