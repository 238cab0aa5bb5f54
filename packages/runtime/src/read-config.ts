import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readRedisUrl } from './redis/redis-url.ts';
import { misspeltSettings } from './misspelt-settings.ts';

/** A broken setting. `message` lists every problem, one a line, and is meant to be read by a person. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Parses environment variables with an app's schema. An empty variable counts as unset.
 *
 * @throws {ConfigError} that names every variable that is wrong or looks like a misspelt setting
 */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.infer<Schema> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(present);
  const misspelt = misspeltSettings(Object.keys(present), namesIn(schema));
  if (parsed.success && misspelt.length === 0) return parsed.data;
  const wrong = parsed.error?.issues.map(
    ({ path, message }) => `${path.join('.') || 'settings'}: ${message}`,
  );
  const problems = [...(wrong ?? []), ...misspelt].map((problem) => `  ${problem}`);
  throw new ConfigError(`These settings are wrong (see .env.example):\n${problems.join('\n')}`);
}

/** The settings of an app's schema, which may transform them. */
function namesIn(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodType) return namesIn(schema.in);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** A whole number in an environment variable, with its bounds in the message. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

export const port = () => wholeNumber(0, 65_535);

export const postgresUrl = () =>
  z
    .string('must be set to a URL like postgresql://user:password@host:5432/database')
    .regex(/^postgres(ql)?:\/\//, 'must be a URL like postgresql://user:password@host:5432/database');

/** `REDIS_URL`: one server, Sentinels or a Cluster. Problems are logged, and have no password in them. */
export const redisUrl = () =>
  z.string().superRefine((url, context) => {
    for (const message of readRedisUrl(url).problems)
      context.addIssue({ code: 'custom', message, input: '(not shown)' });
  });

/** A file with certificates of authorities: its text. */
export const caFile = () =>
  z.string().transform((file, { issues }) => {
    try {
      const text = readFileSync(file, 'utf8');
      void new X509Certificate(text); // throws
      return text;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      issues.push({
        code: 'custom',
        message: `must name a file with a certificate in PEM: ${reason}`,
        input: file,
      });
      return z.NEVER;
    }
  });

export const httpUrl = () =>
  z.url({ protocol: /^https?$/, error: 'must be set to a URL like http://host:3002' });

export const logLevel = () =>
  z.enum(['error', 'warn', 'info', 'debug'], 'must be one of error, warn, info, debug').default('info');

/** The address to listen on. `sharedRules` say whether API and worker accept it. */
export const host = () =>
  z
    .string()
    .regex(/^[\w.:-]{1,255}$/, 'must be an address or a host name, such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1');
