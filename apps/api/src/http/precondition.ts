import type { IncomingMessage } from 'node:http';
import { validationFailed } from './problem.ts';

/**
 * What must be true of the resource that a call changes (RFC 9110, 13.1). `any`: it exists. `none`: it does
 * not exist. A list: it has one of these entity tags, without their quotes.
 */
export type Precondition = 'any' | 'none' | readonly string[];

export type Conditions = 'if-match' | 'if-match or if-none-match';

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const TAGS = new RegExp(`^(?:${TAG})?(?:[ \\t]*,[ \\t]*(?:${TAG})?)*$`);
const STRONG_TAG = /(W\/)?"([^"]*)"/g;

const NOT_HONOURED = 'is not honoured by this call: leave it out. /docs lists the headers of each call';

/**
 * The precondition in `If-Match` or `If-None-Match`; null: there is none. A call that does not support it
 * refuses it: otherwise it would change a resource that the client wanted unchanged. `If-None-Match` of a GET
 * is about caching: the whole answer is always a right one.
 *
 * @throws {Problem} `validation_failed`
 */
export function readPrecondition(
  { headers }: IncomingMessage,
  { conditional, method }: { readonly conditional?: Conditions; readonly method: string },
): Precondition | null {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = method === 'get' ? undefined : headers['if-none-match'];
  if (ifMatch === undefined && ifNoneMatch === undefined) return null;
  if (conditional === undefined && ifMatch !== undefined) throw validationFailed('If-Match', NOT_HONOURED);
  if (conditional !== 'if-match or if-none-match' && ifNoneMatch !== undefined) {
    throw validationFailed('If-None-Match', NOT_HONOURED);
  }
  if (ifNoneMatch === undefined) return readIfMatch(ifMatch ?? '');
  if (ifMatch !== undefined)
    throw validationFailed('If-None-Match', 'contradicts If-Match: send one of them');
  if (ifNoneMatch.trim() === '*') return 'none';
  throw validationFailed(
    'If-None-Match',
    'must be *, which only creates. To compare a version, send If-Match: "3"',
  );
}

/** Tags are compared strongly: a weak one never matches (RFC 9110, 8.8.3.2). */
function readIfMatch(sent: string): Precondition {
  const text = sent.trim();
  if (text === '*') return 'any';
  if (/^\d+$/.test(text)) throw validationFailed('If-Match', `must have its quotes: "${text}"`);
  const tags = TAGS.test(text) ? [...text.matchAll(STRONG_TAG)] : [];
  if (tags.length === 0)
    throw validationFailed('If-Match', 'must be a version in quotes, such as "3", a list of them, or *');
  return tags.filter(([, weak]) => weak === undefined).map(([, , tag = '']) => tag);
}

/** A thing's tags are its versions; another tag is of none. */
export const versionsOf = (precondition: Precondition | null): 'any' | 'none' | readonly number[] | null =>
  precondition === null || typeof precondition === 'string'
    ? precondition
    : precondition.filter((tag) => /^\d{1,15}$/.test(tag)).map(Number);
