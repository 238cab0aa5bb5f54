import type { Dice } from '@holdfast/domain/testing';
import { DEADLINE_MS, eventually, scaled } from '@holdfast/testing';
import type { Findings } from './findings.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
}

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly isReplay: boolean;
  readonly body: Body;
}

const PATIENT_MS = scaled(DEADLINE_MS / 4);
/** Long enough that the call is on its way, too short for an answer under load. */
const IMPATIENT_MS = [5, 100] as const;

/**
 * Calls as a careful client does: when there is no answer, or a 5xx, the very same call with the same key goes to the
 * next API, until one answers. Now and then it hangs up on its own, and comes again.
 */
export class PatientClient {
  readonly #apis: () => readonly string[];
  readonly #dice: Dice;
  readonly #findings: Findings;
  #turn: number;

  constructor(apis: () => readonly string[], dice: Dice, findings: Findings) {
    this.#apis = apis;
    this.#dice = dice;
    this.#findings = findings;
    this.#turn = dice.whole(0, 9);
  }

  /** @throws when no API answers within the time of `eventually` */
  async insist<Body>(call: Call): Promise<Answer<Body>> {
    this.#findings.commands += 1;
    let patienceMs: number = this.#dice.whole(1, 12) === 1 ? this.#dice.whole(...IMPATIENT_MS) : PATIENT_MS;
    return eventually(async () => {
      const answer = await this.#try<Body>(call, patienceMs);
      patienceMs = PATIENT_MS;
      return answer ?? false;
    });
  }

  async #try<Body>({ method, path, body, key }: Call, patienceMs: number): Promise<Answer<Body> | null> {
    const apis = this.#apis();
    const api = apis[(this.#turn += 1) % Math.max(1, apis.length)];
    if (api === undefined) return null;
    try {
      const response = await fetch(`${api}${path}`, {
        method,
        headers: {
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(patienceMs),
      });
      const answer = (await response.json()) as Body & { code?: string };
      this.#findings.answered(String(response.status));
      // The API did nothing. It ends connections on which nothing came for 10 s, and a call may just have taken one: it was
      // opened for a call that hung up meanwhile.
      if (response.status === 408) return null;
      if (response.status >= 500) {
        // A database that goes away is no error of ours: it is said with 503.
        this.#findings.check(
          response.status === 503,
          () => `${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`,
        );
        return null;
      }
      const isReplay = response.headers.get('idempotent-replayed') === 'true';
      return { status: response.status, isReplay, body: answer };
    } catch (error) {
      const isOurs = error instanceof Error && error.name === 'TimeoutError';
      this.#findings.answered(isOurs ? 'hung up' : 'no answer');
      return null;
    }
  }
}
