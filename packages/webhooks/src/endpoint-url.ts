import { addressIn, isPublic } from './address-guard.ts';

const URL_MAX_CHARS = 2_000;

export interface UrlRules {
  /** Also by `http:`, and to private addresses: for tests, and for consumers in the same network. */
  readonly allowPrivate: boolean;
}

/**
 * Why events cannot be sent to a URL; null when they can. Names are looked up with each connection, not here.
 */
export function problemOfUrl(text: string, { allowPrivate }: UrlRules): string | null {
  if (text.length > URL_MAX_CHARS) return `must have at most ${URL_MAX_CHARS} characters`;
  if (/[\s\p{Cc}]/u.test(text) || !text.isWellFormed()) return 'must not have white space in it';
  const url = URL.canParse(text) ? new URL(text) : null;
  const schemes = allowPrivate ? ['https:', 'http:'] : ['https:'];
  if (!url || !schemes.includes(url.protocol)) {
    return allowPrivate ? 'must be an http or https URL' : 'must be an https URL';
  }
  if (url.username !== '' || url.password !== '') return 'must not have a user or a password in it';
  if (text.includes('#')) return 'must not have a fragment';
  if (!allowPrivate && !mayBePublic(url)) return 'must not lead to an address that is not public';
  return null;
}

/** The parser has made one spelling of an address: of hexadecimal, octal, a single number. */
function mayBePublic(url: URL): boolean {
  const address = addressIn(url);
  return address === null ? !/(^|\.)localhost\.?$/.test(url.hostname) : isPublic(address);
}
