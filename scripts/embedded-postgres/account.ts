import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** The user that PostgreSQL runs as, when that is not the one that we run as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Cannot run PostgreSQL here. `message` says what to do about it. */
class AccountError extends Error {
  override name = 'AccountError';
}

const WAY_OUT = 'Set DATABASE_URL to a PostgreSQL of yours, or run Holdfast as another user than root.';

/**
 * PostgreSQL refuses to run as root. So as root it runs as the owner of its data, if there is data, else as nobody.
 *
 * @returns undefined when it runs as the user that we are
 * @throws {AccountError}
 */
export function postgresAccount(dataDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const existing = statSync(dataDir, { throwIfNoEntry: false });
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  return { uid: nobodysId('-u'), gid: nobodysId('-g') };
}

/** Looked up, because its group is `nogroup` here and `nobody` elsewhere. */
function nobodysId(kind: '-u' | '-g'): number {
  const { stdout } = spawnSync('id', [kind, 'nobody'], { encoding: 'utf8' });
  const id = Number.parseInt(stdout ?? '', 10);
  if (Number.isInteger(id) && id > 0) return id;
  throw new AccountError(
    `PostgreSQL does not run as root, and this system has no user "nobody" to run it as. ${WAY_OUT}`,
  );
}

/**
 * The command line that runs `command` as `account`. It may still read what root may read: the checkout, and so the
 * PostgreSQL program itself, can lie below a directory like /root that is closed to everybody else.
 *
 * @throws {AccountError} where `setpriv` (util-linux) is missing or may not do this
 */
export function asAccount(account: Account, command: readonly string[]): string[] {
  const capability = readEverythingCapability();
  const prefix = [
    'setpriv',
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    ...(capability ? keeping(capability) : []),
    '--',
  ];
  const trial = spawnSync(prefix[0] ?? '', [...prefix.slice(1), 'true'], { encoding: 'utf8' });
  if (trial.error) {
    throw new AccountError(
      `PostgreSQL does not run as root, and setpriv (package util-linux), which runs it as nobody, is missing. ${WAY_OUT}`,
    );
  }
  if (trial.status !== 0) {
    throw new AccountError(
      `PostgreSQL does not run as root, and running it as nobody was refused (${trial.stderr.trim()}). ${WAY_OUT}`,
    );
  }
  return [...prefix, ...command];
}

/**
 * Without the secure bit access(2), by which initdb looks for its own program, would disregard the capability
 * (capabilities(7), "no_setuid_fixup").
 */
const keeping = (capability: string): string[] => [
  `--inh-caps=+${capability}`,
  `--ambient-caps=+${capability}`,
  '--securebits=+no_setuid_fixup',
];

const CAPABILITY_BITS = { dac_read_search: 2n, dac_override: 1n } as const;

/**
 * The weakest capability of ours that reads everything. A container's root often lacks `dac_read_search` but has
 * `dac_override`; without either, the checkout must be readable for nobody.
 */
function readEverythingCapability(): string | undefined {
  const status = readFileSync('/proc/self/status', 'utf8');
  const permitted = BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  return Object.entries(CAPABILITY_BITS).find(([, bit]) => (permitted >> bit) & 1n)?.[0];
}
