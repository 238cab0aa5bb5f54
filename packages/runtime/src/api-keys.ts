import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** The scopes that a key may have (the HTTP contract). */
export const SCOPES = [
  'reservations:read',
  'reservations:write',
  'stock:read',
  'stock:write',
  'events:read',
  'events:write',
  'webhooks:read',
  'webhooks:write',
  'ops:read',
  'ops:write',
] as const;

export type Scope = (typeof SCOPES)[number];

export interface Caller {
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** The caller where there are no keys. No key has this name: movements could not distinguish the two. */
export const ANONYMOUS = 'anonymous';

interface ApiKey {
  readonly caller: Caller;
  readonly digest: Buffer;
  /** The sources of events that the key is bound to; none: it may use all that no key is bound to. */
  readonly sources: readonly string[];
}

/** The keys of `API_KEYS`: their owners and hashes, never the keys themselves. */
export class ApiKeys {
  readonly #keys: readonly ApiKey[];

  constructor(keys: readonly ApiKey[]) {
    this.#keys = keys;
  }

  /**
   * The caller with that key. It is compared with all keys, each in constant time, so that the duration
   * reveals nothing about the keys: 2 microseconds with 10 keys.
   */
  identify(presented: string): Caller | null {
    const digest = digestOf(presented);
    let found: Caller | null = null;
    for (const key of this.#keys) if (timingSafeEqual(key.digest, digest)) found = key.caller;
    return found;
  }

  /**
   * Whether a caller may send events of a source. A source that keys are bound to is theirs alone, and they
   * have no other.
   */
  mayUseSource(callerName: string, source: string): boolean {
    const isCallers = ({ caller }: ApiKey) => caller.name === callerName;
    const owners = this.#keys.filter(({ sources }) => sources.includes(source));
    if (owners.length > 0) return owners.some(isCallers);
    return !this.#keys.some((key) => isCallers(key) && key.sources.length > 0);
  }
}

const digestOf = (key: string): Buffer => hash('sha256', key, 'buffer');

/** More would be more than 10 microseconds of comparing for each request. */
const KEYS_MAX = 100;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const DIGEST = /^[0-9a-f]{64}$/i;

const keyName = z
  .string()
  .regex(NAME, 'its name must be 1 to 64 letters, digits, dots, dashes or underscores')
  .refine(
    (name) => name !== ANONYMOUS,
    `its name must not be ${ANONYMOUS}, which stands for callers without a key`,
  );

const scopeList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(SCOPES, `its scopes must be some of ${SCOPES.join(', ')}, with commas and no spaces`)))
  .transform((scopes): ReadonlySet<Scope> => new Set(scopes));

/** Sources that one entry may name. */
const SOURCES_MAX = 20;
const SOURCE = /^[^\s,]{1,255}$/;

const sourceList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z
      .array(z.string().regex(SOURCE, 'its sources must be URIs of 1 to 255 characters, with commas between'))
      .max(SOURCES_MAX, `it must have at most ${SOURCES_MAX} sources`),
  );

/** Sources have slashes in them, so they come last. */
const ENTRY = /^(?<name>[^/]*)\/(?<scopes>[^/]*)\/(?<digest>[^/]*)(?:\/(?<sources>.*))?$/;

const keyEntry = z
  .string()
  .transform((text) => ENTRY.exec(text)?.groups)
  .pipe(
    z.object(
      {
        name: keyName,
        scopes: scopeList,
        digest: z
          .string()
          .regex(DIGEST, 'its third part must be the SHA-256 of the key, as 64 hexadecimal digits'),
        sources: sourceList.default([]),
      },
      'it must be name/scope,scope/sha256 or name/scope,scope/sha256/source,source (`npm run api-key` prints one)',
    ),
  )
  .refine(
    ({ scopes, sources }) => sources.length === 0 || scopes.has('events:write'),
    'its sources need the scope events:write',
  )
  .transform(({ name, scopes, digest, sources }): ApiKey => {
    return { caller: { name, scopes }, digest: Buffer.from(digest, 'hex'), sources };
  });

/**
 * `API_KEYS`: entries `name/scope,scope/sha256`, or with the sources of events that the key is bound to
 * `name/scope,scope/sha256/source,source`, with white space between entries. Problems name an entry by its
 * place only: if its parts are in the wrong order, a key is in the place of its name, and these messages are
 * logged.
 */
export const apiKeys = () =>
  z.string().transform((text, { issues }) => {
    const keys: ApiKey[] = [];
    const problem = (message: string) => issues.push({ code: 'custom', message, input: '(not shown)' });
    const entries = text.split(/\s+/).filter((entry) => entry !== '');
    if (entries.length === 0) problem('has no entry: unset it, or make one with `npm run api-key`');
    if (entries.length > KEYS_MAX) problem(`must have at most ${KEYS_MAX} entries`);
    for (const [index, entry] of entries.entries()) {
      const parsed = keyEntry.safeParse(entry);
      const faults = parsed.success ? clashes(parsed.data, keys) : messagesOf(parsed.error);
      for (const fault of faults) problem(`entry ${index + 1}: ${fault}`);
      if (parsed.success) keys.push(parsed.data);
    }
    return new ApiKeys(keys);
  });

const messagesOf = ({ issues }: z.ZodError) => new Set(issues.map(({ message }) => message));

/** One name may stand twice, so that a key can be replaced by a new one while both are good. */
function clashes(key: ApiKey, before: readonly ApiKey[]): string[] {
  const isOneKey = before.some((other) => other.digest.equals(key.digest));
  const isUnlike = before.some(
    (other) => other.caller.name === key.caller.name && rightsOf(other) !== rightsOf(key),
  );
  return [
    ...(isOneKey ? ['an entry before it has the same key: take one of them out'] : []),
    ...(isUnlike
      ? ['an entry before it has the same name and other scopes or sources: give both the same']
      : []),
  ];
}

const rightsOf = ({ caller, sources }: ApiKey): string =>
  [[...caller.scopes].toSorted().join(), sources.toSorted().join()].join('/');

/**
 * A new key of 256 random bits, and its entry for `API_KEYS`. The key can be had only here: the entry has its
 * hash.
 *
 * @param scopes as in the entry: `reservations:read,stock:read`
 * @param sources as in the entry: `https://orders.example.com,urn:fulfillment`
 * @throws {z.ZodError} for a name, scopes or sources that an entry cannot have
 */
export function makeApiKey(name: string, scopes: string, sources?: string): { key: string; entry: string } {
  const key = `hf_${randomBytes(32).toString('base64url')}`;
  const wanted = z
    .object({ name: keyName, scopes: scopeList, sources: sourceList.optional() })
    .refine((entry) => !entry.sources || entry.scopes.has('events:write'), {
      path: ['sources'],
      error: 'need the scope events:write',
    })
    .parse({ name, scopes, sources });
  const parts = [
    name,
    [...wanted.scopes].join(),
    digestOf(key).toString('hex'),
    wanted.sources?.join() ?? [],
  ];
  return { key, entry: parts.flat().join('/') };
}
