import { execFile } from 'node:child_process';
import { appendFileSync, chownSync, mkdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, withSession } from '@holdfast/testing';
import type { Client } from 'pg';
import { asAccount, postgresAccount } from '../../scripts/embedded-postgres/account.ts';
import { homeIn, postmasterPid } from '../../scripts/embedded-postgres/data-dir.ts';
import { startGuarded } from '../guarded.ts';

export interface Standby {
  readonly url: string;
  /** Makes it a primary that can be written to. */
  promote(): Promise<void>;
  /** Stops it at once. */
  stop(): Promise<void>;
  /** After `stop`: starts it again. It accepts connections a moment later. */
  start(): void;
}

interface StandbyOptions {
  readonly primaryUrl: string;
  readonly primaryDir: string;
  /** Where to make it; PostgreSQL may be started on it as on the primary's. */
  readonly dataDir: string;
  readonly port: number;
  /** By which its primary knows it. */
  readonly name?: string;
  /** Whether commits wait for it, so that it has all that its primary acknowledges. Default: true. */
  readonly isSynchronous?: boolean;
  /** A server that it follows when the primary cannot be written to any more. */
  readonly followsAlso?: string;
  /** Settings of its own. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Files of the primary only, or written during the copy: the standby gets their changes from the WAL. */
const NOT_COPIED = ['pg_wal/*', 'pg_replslot/*', 'postmaster.pid', 'postmaster.opts', 'pg_internal.init'];

/**
 * Makes a standby of a running primary, and waits until it gets the primary's log. Does the work of pg_basebackup, which the npm
 * package does not have (PostgreSQL docs: "25.3.4. Making a Base Backup Using the Low Level API").
 */
export async function startStandby({
  primaryUrl,
  primaryDir,
  dataDir,
  port,
  name = 'standby',
  isSynchronous = true,
  followsAlso = primaryUrl,
  settings = {},
}: StandbyOptions): Promise<Standby> {
  const url = Object.assign(new URL(primaryUrl), { port: String(port) }).href;
  const { data } = homeIn(dataDir);
  const primaryPid = postmasterPid(homeIn(primaryDir));
  if (primaryPid === undefined) throw new Error('the primary does not run');
  const label = await backUp(primaryUrl, primaryDir, dataDir);
  const { username, password } = new URL(primaryUrl);
  const [hosts, ports] = (['hostname', 'port'] as const).map((part) =>
    [primaryUrl, followsAlso].map((each) => new URL(each)[part]).join(','),
  );
  const source =
    `host=${hosts} port=${ports} user=${username} password=${password} application_name=${name} ` +
    'target_session_attrs=read-write';
  appendFileSync(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  write(data, 'backup_label', label);
  write(data, 'standby.signal', '');
  const program = readlinkSync(`/proc/${primaryPid}/exe`);
  const start = () => startServer(program, data, { ...settings, port: String(port) });
  let stop = start();
  await withSession(primaryUrl, async (primary) => {
    const isStreaming = async () =>
      (
        await primary.query(
          `SELECT FROM pg_stat_replication WHERE state = 'streaming' AND application_name = $1`,
          [name],
        )
      ).rows.length === 1;
    await eventually(isStreaming);
    if (isSynchronous) await commitsWaitFor(name, primary);
  });
  return {
    url,
    stop: () => stop(),
    start() {
      stop = start();
    },
    promote: () => withSession(url, async (session) => void (await session.query('SELECT pg_promote()'))),
  };
}

/** Both servers in libpq's form: connections go to the one that can be written to. */
export function eitherOf(oneUrl: string, otherUrl: string): string {
  const [one, other] = [new URL(oneUrl), new URL(otherUrl)];
  const address = `${one.username}:${one.password}@${one.host},${other.host}`;
  return `postgresql://${address}${one.pathname}?target_session_attrs=read-write`;
}

/** @returns the content of the copy's `backup_label` */
function backUp(primaryUrl: string, primaryDir: string, dataDir: string): Promise<string> {
  return withSession(primaryUrl, async (primary) => {
    await primary.query(`SELECT pg_backup_start('standby', fast => true)`);
    await copy(primaryDir, dataDir);
    const { rows } = await primary.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
    );
    return rows[0]?.labelfile ?? '';
  });
}

async function copy(fromDir: string, toDir: string): Promise<void> {
  mkdirSync(toDir, { recursive: true });
  const excluded = NOT_COPIED.map((each) => `--exclude=${each}`).join(' ');
  // A file that is removed or shortened during the copy is no error: the WAL has the change.
  const command = `tar -C "$1" -c ${excluded} postgres | tar -C "$2" -xp --same-owner`;
  await promisify(execFile)('sh', ['-fc', command, 'sh', fromDir, toDir]);
}

function write(data: string, file: string, text: string): void {
  const { uid, gid } = statSync(data);
  writeFileSync(join(data, file), text);
  chownSync(join(data, file), uid, gid);
}

/** Not by `startEmbeddedPostgres`, which waits until a server can be written to. @returns how to stop it */
function startServer(
  program: string,
  data: string,
  settings: Readonly<Record<string, string>>,
): () => Promise<void> {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [program, '-D', data, ...options];
  const account = postgresAccount(data);
  const [first = '', ...rest] = account ? asAccount(account, command) : command;
  return startGuarded(first, rest, { ...process.env, LC_ALL: 'C' }, 'QUIT');
}

/** Commits wait for the standby from now on, and it has all earlier commits. */
async function commitsWaitFor(name: string, primary: Client): Promise<void> {
  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
  await primary.query('SELECT pg_reload_conf()');
  const isSynchronous = async () =>
    (await primary.query(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`)).rows.length === 1;
  await eventually(isSynchronous);
  // Sessions get the setting from the checkpointer: after a checkpoint all of them wait.
  await primary.query('CHECKPOINT');
  const { rows } = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn');
  const hasAll = async () => {
    const flushed = await primary.query('SELECT FROM pg_stat_replication WHERE flush_lsn >= $1', [
      rows[0]?.lsn,
    ]);
    return flushed.rows.length === 1;
  };
  await eventually(hasAll);
}
