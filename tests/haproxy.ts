import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from '@holdfast/testing';
import { startGuarded } from './guarded.ts';

export type Balancer = Awaited<ReturnType<typeof startBalancer>>;

const CONFIGURATION = join(__dirname, '../deploy/haproxy.cfg');
/** Set at the start of the run (scripts/test-services/programs.ts). */
const program = process.env['HOLDFAST_TEST_HAPROXY'];
export const hasHaproxy = program !== undefined;

export interface BalancerOptions {
  /** A DNS server, host and port, in place of those of /etc/resolv.conf. */
  readonly nameServer?: string;
}

/**
 * The balancer of `deploy/`, in front of two APIs.
 *
 * @param apis where they listen: host and port
 */
export async function startBalancer(
  apis: { readonly 1: string; readonly 2: string },
  { nameServer }: BalancerOptions = {},
) {
  if (program === undefined) throw new Error('there is no haproxy');
  const [clients, watching] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const settings = { API_1: apis[1], API_2: apis[2], BIND: clients, STATS_BIND: watching };
  const configuration = nameServer === undefined ? null : configurationWith(nameServer);
  const file = configuration?.file ?? CONFIGURATION;
  const end = startGuarded(program, ['-db', '-f', file], { ...process.env, ...settings });
  /** SIGKILL. */
  const kill = async () => {
    await end();
    configuration?.remove();
  };
  /** The state of a server: `UP`, `DOWN`, `MAINT (resolution)`, `no check`... */
  const status = async (server: string) => {
    const statuses = await (await fetch(`http://${watching}/stats;csv`)).text();
    return statusOf(server, statuses);
  };
  /** Whether it sends requests to the API of that number, 1 or 2. */
  const sendsTo = async (api: number) => (await status(`api-${api}`)).startsWith('UP');
  await eventually(async () => (await sendsTo(1)) && sendsTo(2)).catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return { url: `http://${clients}`, sendsTo, statusOf: status, kill };
}

/** The same configuration with another name server. */
function configurationWith(nameServer: string): { readonly file: string; remove(): void } {
  const original = readFileSync(CONFIGURATION, 'utf8');
  const text = original.replace('  parse-resolv-conf\n', `  nameserver test ${nameServer}\n`);
  if (text === original) throw new Error(`${CONFIGURATION} does not read /etc/resolv.conf any more`);
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-haproxy-'));
  const file = join(dir, 'haproxy.cfg');
  writeFileSync(file, text);
  return { file, remove: () => rmSync(dir, { recursive: true }) };
}

/** @param table its first line has the names of the columns */
function statusOf(server: string, table: string): string {
  const [names = [], ...rows] = table.split('\n').map((line) => line.split(','));
  const row = rows.find((cells) => cells[names.indexOf('svname')] === server);
  return row?.[names.indexOf('status')] ?? 'not there';
}
