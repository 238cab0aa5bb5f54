import type { IncomingHttpHeaders } from 'node:http';
import { laterOf, type WalPosition } from '@holdfast/db';
import { validationFailed } from './problem.ts';

export const CONSISTENCY_TOKEN = 'X-Consistency-Token';

/** Timeline (4 bytes) and position (8 bytes) in base64url. Clients do not read it. */
const FORM = /^[\w-]{16}$/;
/** A client that makes several writes at once sends the token of each. */
const TOKENS_MAX = 20;

export function tokenOf({ timeline, lsn }: WalPosition): string {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(timeline);
  bytes.writeBigUInt64BE(lsn, 4);
  return bytes.toString('base64url');
}

/** For a write whose position is not known: no replica reaches it, so the primary answers. */
export const TOKEN_OF_PRIMARY = tokenOf({ timeline: 0, lsn: 0n });

/**
 * The position that a read must not be older than: the latest of its tokens. Null: it has none.
 *
 * @throws {Problem} `validation_failed`
 */
export function readToken(headers: IncomingHttpHeaders): WalPosition | null {
  const sent = headers['x-consistency-token'];
  if (sent === undefined) return null;
  const tokens = String(sent)
    .split(',')
    .map((each) => each.trim());
  if (tokens.length > TOKENS_MAX) {
    throw validationFailed(CONSISTENCY_TOKEN, `must have at most ${TOKENS_MAX} tokens`);
  }
  const positions = tokens.map(positionOf);
  const ofPrimary = positions.find(({ timeline }) => timeline === 0);
  return ofPrimary ?? positions.reduce(laterOf);
}

function positionOf(token: string): WalPosition {
  if (!FORM.test(token)) {
    throw validationFailed(
      CONSISTENCY_TOKEN,
      `must be the ${CONSISTENCY_TOKEN} of an earlier answer, or several with commas between them`,
    );
  }
  const bytes = Buffer.from(token, 'base64url');
  return { timeline: bytes.readUInt32BE(), lsn: bytes.readBigUInt64BE(4) };
}
