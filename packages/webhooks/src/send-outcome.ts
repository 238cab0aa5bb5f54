import type { IncomingHttpHeaders } from 'node:http';
import { readRetryAfterMs } from '@holdfast/contract';
import { AddressRefused } from './address-guard.ts';

/** The endpoint's answer, shortened for people. Absent: nothing that can be read. */
interface Answered {
  readonly response?: string;
}

/** The outcome of one attempt to deliver an event. A closed set: the sink decides about each. */
export type SendOutcome =
  | (Answered & { readonly kind: 'succeeded'; readonly status: number })
  /** 410: the endpoint wants no events any more. */
  | (Answered & { readonly kind: 'gone'; readonly status: number })
  | (Answered & {
      readonly kind: 'failed';
      /** Null: there was no whole answer. */
      readonly status: number | null;
      /** For the owner of the endpoint to read. */
      readonly error: string;
      /** The wait that the endpoint asked for. */
      readonly retryAfterMs: number | null;
    })
  /** The process stopped during the attempt. It may have arrived. */
  | { readonly kind: 'broken_off' };

export const failedFor = (error: string): SendOutcome => ({
  kind: 'failed',
  status: null,
  error,
  retryAfterMs: null,
});

export function outcomeOf(status: number, headers: IncomingHttpHeaders): SendOutcome {
  if (status >= 200 && status < 300) return { kind: 'succeeded', status };
  if (status === 410) return { kind: 'gone', status };
  const isRedirect = status >= 300 && status < 400;
  return {
    kind: 'failed',
    status,
    error: isRedirect ? `answered ${status}: redirects are not followed` : `answered ${status}`,
    retryAfterMs: status === 429 || status === 503 ? retryAfterMs(headers) : null,
  };
}

const retryAfterMs = ({ 'retry-after': value, date }: IncomingHttpHeaders): number | null =>
  readRetryAfterMs({ value, sentAt: Date.parse(date ?? '') });

/**
 * Node's messages contain addresses, which must not be shown: only these texts are shown, or else the code.
 */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the host cannot be reached',
  ETIMEDOUT: 'the host did not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by an authority that is known here',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by an authority that is known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by an authority that is known here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

export function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? 'no whole answer' : (REASONS[code] ?? `the connection failed (${code})`);
}
