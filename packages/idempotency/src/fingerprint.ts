import { hash } from 'node:crypto';

/** The same for requests of the same content. @param body parsed, with its defaults */
export function fingerprintOf(body: unknown): string {
  return hash('sha256', canonicalJson(body), 'base64url');
}

/** JSON whose objects have their keys in order, and no key without a value. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join()}}`;
}
