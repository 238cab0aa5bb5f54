import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConnectFailed } from './connection-errors.ts';

/** What each `sslmode` is for pg. docs/operations.md ("Encrypt connections") says what each checks. */
const PG_MODES: Readonly<Record<string, string>> = {
  disable: 'sslmode=disable',
  'no-verify': 'sslmode=no-verify',
  // pg will stop checking certificates with `require` in its next major version. Here it checks them.
  require: 'sslmode=verify-full',
  'verify-ca': 'uselibpqcompat=true&sslmode=verify-ca',
  'verify-full': 'sslmode=verify-full',
};

const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;
const KNOWN = new Set<string>([...FILES, 'sslmode', 'sslnegotiation']);

/**
 * Checks the parameters of a database URL that are about TLS, and reads the files that they name.
 *
 * @param rest of the URL, after its hosts
 * @returns the same in pg's form
 * @throws {Error} that says what to change
 */
export function readTls(rest: string): string {
  const given = new Map(new URL(rest, 'postgresql://host').searchParams);
  if (given.has('uselibpqcompat')) {
    throw wrong('uselibpqcompat', 'is not used. Remove it, and choose what is checked by sslmode');
  }
  for (const name of given.keys()) {
    if (name.startsWith('ssl') && !KNOWN.has(name)) {
      throw wrong(name, `has no effect. Use ${[...KNOWN].join(', ')}`);
    }
  }
  const mode = given.get('sslmode');
  if (mode !== undefined && PG_MODES[mode] === undefined) {
    throw wrong(`sslmode=${mode}`, `must be one of ${Object.keys(PG_MODES).join(', ')}`);
  }
  checkFiles(mode, given);
  return rest.replace(/([?&])sslmode=[^&#]*/g, (_all, before: string) => `${before}${PG_MODES[mode ?? '']}`);
}

function checkFiles(mode: string | undefined, given: ReadonlyMap<string, string>): void {
  const [ca, cert, key] = FILES.map((name) => given.get(name));
  if (mode === 'disable' && (ca ?? cert ?? key) !== undefined) {
    throw wrong(
      'sslmode=disable',
      'encrypts nothing, but certificates are set. Use verify-full, or remove them',
    );
  }
  if (mode === 'verify-ca' && ca === undefined) {
    throw wrong('sslmode=verify-ca', 'needs sslrootcert: a public CA signs certificates for everyone');
  }
  if ((cert === undefined) !== (key === undefined))
    throw wrong('sslcert', 'needs sslkey, and sslkey needs it');
  if (ca !== undefined) use('sslrootcert', () => new X509Certificate(readFileSync(ca)));
  if (cert === undefined || key === undefined) return;
  const pair = {
    cert: use('sslcert', () => readFileSync(cert)),
    key: use('sslkey', () => readFileSync(key)),
  };
  use('sslcert or sslkey', () => createSecureContext(pair));
}

function use<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrong(name, `cannot be used: ${reasonOf(error)}`);
  }
}

const wrong = (parameter: string, what: string) => new Error(`${parameter} of the database URL ${what}.`);

/** Of a failed connection to a host with several addresses there is no message, only a code. */
export const reasonOf = (error: unknown): string =>
  textOf(error, 'message') || textOf(error, 'code') || String(error);

function textOf(error: unknown, property: 'message' | 'code'): string {
  const text: unknown = Reflect.get(Object(error), property);
  return typeof text === 'string' ? text : '';
}

/** Of OpenSSL, by way of Node: nothing that is trusted has signed the certificate. */
const UNKNOWN_CA =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_(SIGNATURE|UNTRUSTED))/;
const EXPIRED = /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/;
/** Of pg_hba.conf: the account may only connect with TLS. */
const TLS_REQUIRED = /no encryption|SSL off/;
const NO_TLS = 'The server does not support SSL connections';

/** A failure that is about TLS says what to change. Others stay as they are. */
export function explainTlsFailure(error: unknown, host: string): unknown {
  const explained = explanationOf(textOf(error, 'code'), textOf(error, 'message'));
  return explained === undefined ? error : new ConnectFailed(`${host} ${explained}`, { cause: error });
}

function explanationOf(code: string, message: string): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'has a certificate for another name: use that name in DATABASE_URL, or sslmode=verify-ca with sslrootcert';
  }
  if (UNKNOWN_CA.test(code)) {
    return 'has a certificate of a CA that is not trusted: name the file of its CA with sslrootcert in DATABASE_URL';
  }
  if (EXPIRED.test(code)) return 'has a certificate that is not valid today: renew it';
  if (message === NO_TLS) {
    return 'does not offer TLS: turn ssl on in PostgreSQL, or set sslmode=disable in DATABASE_URL';
  }
  if (code === '28000' && TLS_REQUIRED.test(message)) {
    return 'accepts this account only with TLS: set sslmode=verify-full in DATABASE_URL';
  }
  return undefined;
}
