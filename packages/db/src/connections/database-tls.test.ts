import { readDatabaseUrl } from './postgres-servers.ts';

const read = (parameters: string) => () => readDatabaseUrl(`postgresql://user:secret@a,b/db?${parameters}`);

test.each([
  ['sslmode=prefer', 'sslmode=prefer of the database URL must be one of disable, no-verify, require'],
  ['sslmode=allow', 'must be one of'],
  ['sslmode=verify_full', 'must be one of'],
  ['sslmode=', 'must be one of'],
  ['ssl=true', 'ssl of the database URL has no effect. Use sslrootcert, sslcert, sslkey, sslmode'],
  ['sslmode=verify-full&sslrotcert=/ca.pem', 'sslrotcert of the database URL has no effect'],
  ['sslmode=verify-full&sslcrl=/crl.pem', 'sslcrl of the database URL has no effect'],
  ['uselibpqcompat=true&sslmode=require', 'Remove it, and choose what is checked by sslmode'],
  ['sslmode=verify-ca', 'sslmode=verify-ca of the database URL needs sslrootcert'],
  ['sslmode=disable&sslrootcert=/ca.pem', 'encrypts nothing, but certificates are set'],
  ['sslmode=verify-full&sslcert=/client.pem', 'sslcert of the database URL needs sslkey'],
  ['sslmode=verify-full&sslkey=/client.key', 'needs sslkey, and sslkey needs it'],
  ['sslrootcert=/nowhere/ca.pem', 'sslrootcert of the database URL cannot be used: ENOENT'],
  [`sslrootcert=${__filename}`, 'sslrootcert of the database URL cannot be used: '],
  [`sslcert=${__filename}&sslkey=${__filename}`, 'sslcert or sslkey of the database URL cannot be used: '],
])('%s is refused, with what to change', (parameters, message) => {
  expect(read(parameters)).toThrow(message);
  expect(read(parameters)).not.toThrow('secret');
});

test.each([
  ['sslmode=disable', 'sslmode=disable'],
  ['sslmode=no-verify', 'sslmode=no-verify'],
  ['application_name=x&sslmode=require', 'application_name=x&sslmode=verify-full'],
  ['sslmode=require&target_session_attrs=any', 'sslmode=verify-full'],
  ['channel_binding=require', 'channel_binding=require'],
])('pg gets %s as %s, for each server', (parameters, expected) => {
  const servers = ['a', 'b'].map((host) => `postgresql://user:secret@${host}/db?${expected}`);
  expect(read(parameters)().servers).toEqual(servers);
});
