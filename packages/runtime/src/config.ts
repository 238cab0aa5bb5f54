import { z } from 'zod';

/** A broken setting. `message` lists every problem, one a line, and is meant to be read by a person. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Parses environment variables with an app's schema. An empty variable counts as unset.
 *
 * @throws {ConfigError} that names every variable that is wrong, not only the first
 */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.infer<Schema> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || 'settings'}: ${issue.message}`,
  );
  throw new ConfigError(`These settings are wrong (see .env.example):\n${problems.join('\n')}`);
}

/** A whole number in an environment variable, with its bounds in the message. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

/** A switch. Whatever else is written there is refused: a typo must not turn it on or off. */
export const flag = () =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .transform((text) => text === 'true');

export const port = () => wholeNumber(0, 65_535);

export const postgresUrl = () =>
  z
    .string('must be set to a URL like postgresql://user:password@host:5432/database')
    .regex(/^postgres(ql)?:\/\//, 'must be a URL like postgresql://user:password@host:5432/database');

export const redisUrl = () => z.string().regex(/^rediss?:\/\//, 'must be a URL like redis://host:6379');

export const httpUrl = () =>
  z.url({ protocol: /^https?$/, error: 'must be set to a URL like http://host:3002' });

/**
 * Where this service is reached from outside, without a slash at its end: what it tells others of itself begins with it, the
 * `source` of events too.
 */
export const publicUrl = () =>
  httpUrl()
    .regex(/^[^?#@]*[^/?#@]$/, 'must be a URL like http://host:3000, without a slash at its end')
    .default('http://127.0.0.1:3000');

export const logLevel = () =>
  z.enum(['error', 'warn', 'info', 'debug'], 'must be one of error, warn, info, debug').default('info');

/** How the ledger keeps commands from overtaking each other. */
export const locking = () =>
  z.enum(['pessimistic', 'optimistic'], 'must be one of pessimistic, optimistic').default('pessimistic');

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** The address to listen on. Whether any will do is for {@link isGuarded} to say. */
export const host = () =>
  z
    .string()
    .regex(/^[\w.:-]{1,255}$/, 'must be an address or a host name, such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1');

/** Without API keys, whoever reaches the port may do everything: only a loopback address will do. */
export const isGuarded = (env: { readonly HOST: string; readonly API_KEYS?: unknown }): boolean =>
  env.API_KEYS !== undefined || LOOPBACK.test(env.HOST);

/** Goes with {@link isGuarded} into a schema's `refine`, and is said together with all that is wrong elsewhere. */
export const guarded = {
  path: ['HOST'],
  error: 'must be a loopback address (127.0.0.1, ::1 or localhost) as long as there are no API_KEYS',
  when: () => true,
};
