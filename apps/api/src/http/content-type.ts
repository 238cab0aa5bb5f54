const MEDIA_TYPE = /^\s*([\w.+-]+\/[\w.+-]+)\s*(?:;|$)/;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;

/** The media type of a `Content-Type` header, without parameters and in lower case. Null: there is none. */
export function mediaTypeOf(contentType = ''): string | null {
  return MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase() ?? null;
}

/** The charset that a `Content-Type` header names, in lower case. `utf-8` where it names none. */
export function charsetOf(contentType = ''): string {
  return (CHARSET.exec(contentType)?.[1] ?? 'utf-8').toLowerCase();
}
