import { HoldfastError } from '@holdfast/client';

/** Why a call was refused or failed, in words for the operator. */
export interface ShownProblem {
  /** Null: there was no answer. */
  readonly status: number | null;
  readonly detail: string;
  /** The request id, which the server's log has too. */
  readonly requestId: string | null;
}

export function problemOf(error: unknown): ShownProblem {
  if (error instanceof HoldfastError) {
    const { status, detail, requestId } = error;
    if (status === null) {
      return { status, detail: 'Holdfast does not answer. Check that the API is running.', requestId };
    }
    return { status, detail, requestId };
  }
  return { status: null, detail: error instanceof Error ? error.message : 'Unknown error', requestId: null };
}
