import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Set at the start of the run (scripts/test-services/programs.ts). */
const program = process.env['HOLDFAST_TEST_OPENSSL'];
export const hasOpenssl = program !== undefined;

/** Files in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export const makeCa = (directory: string, name: string): Certificate => request(directory, name, '');

/** @param extension of X.509, such as `subjectAltName=DNS:localhost` */
export const sign = (
  directory: string,
  ca: Certificate,
  name: string,
  extension = 'keyUsage=digitalSignature',
): Certificate =>
  request(
    directory,
    name,
    `-CA ${ca.cert} -CAkey ${ca.key} -addext basicConstraints=critical,CA:FALSE -addext ${extension}`,
  );

/** A certificate that is valid for a day. */
function request(directory: string, name: string, options: string): Certificate {
  if (program === undefined) throw new Error('there is no openssl');
  const made = { cert: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
  const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1';
  const command = `${kind} -subj /CN=${name} -keyout ${made.key} -out ${made.cert} ${options}`;
  execFileSync(program, command.trim().split(' '), { stdio: 'ignore' });
  return made;
}
