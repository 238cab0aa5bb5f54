import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { withSession } from '@holdfast/testing';
import type { Report } from './benchmark.ts';
import { changesSince } from './changes.ts';
import { paragraphs } from './table.ts';

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

/**
 * Prints what was rendered with the changes since the report before, and writes it to bench/results as Markdown, with
 * figures as JSON and pictures beside it.
 */
export function writeResult(
  name: string,
  machine: Machine,
  { markdown, figures, pictures = {} }: Report,
): void {
  const file = (ending: string) => join(RESULTS_DIR, `${name}${ending}`);
  const { at, cpu, memory, node, postgres, commit } = machine;
  const where = `${at}, ${cpu}, ${memory}, Node ${node}, PostgreSQL ${postgres}, commit ${commit}.`;
  const before = existsSync(file('.json')) ? readFileSync(file('.json'), 'utf8') : null;
  mkdirSync(RESULTS_DIR, { recursive: true });
  writeFileSync(file('.json'), `${JSON.stringify({ machine, ...figures }, null, 2)}\n`);
  for (const [picture, svg] of Object.entries(pictures)) writeFileSync(file(`-${picture}.svg`), svg);
  const text = `${paragraphs(markdown, before && changesSince(before, figures), where)}\n`;
  process.stdout.write(`\n${text}\n`);
  writeFileSync(file('.md'), text);
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
