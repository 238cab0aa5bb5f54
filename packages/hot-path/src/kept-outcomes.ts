import { answerFromKept, type Answer } from '@holdfast/ledger';
import type { IdempotencyKey, KeptOutcome } from '@holdfast/idempotency';
import { GatheredCalls } from './gathered-calls.ts';
import type { HotPathRedis } from './hot-path-redis.ts';
import { HOT_PATH_LIMITS } from './limits.ts';
import type { ReadKeys } from './read-keys.ts';

/**
 * Outcomes of keyed calls, as PostgreSQL keeps them: they never change while they are honoured, so a copy can
 * be answered without a look. Copies are made after the commit, and kept for a few minutes.
 */
export class KeptOutcomes {
  readonly #redis: HotPathRedis;
  readonly #readKeys: ReadKeys;
  readonly #texts: GatheredCalls<string, { readonly text: string | null }>;

  constructor(redis: HotPathRedis, readKeys: ReadKeys) {
    this.#redis = redis;
    this.#readKeys = readKeys;
    this.#texts = new GatheredCalls(async (keys) => {
      const texts = await redis.readAll(keys, HOT_PATH_LIMITS.answerMs);
      return texts.map((text) => ({ text }));
    });
  }

  /** Copies committed outcomes, and deletes the entries of changed SKUs. */
  keep(outcomes: readonly KeptOutcome[], changed: readonly string[] = []): void {
    const keys = this.#readKeys.known;
    if (!keys) return;
    const texts = outcomes.flatMap(({ fingerprint, outcome, ...key }) => {
      const text = JSON.stringify({ fingerprint, outcome });
      const name = keys.kept({ ...key, fingerprint });
      return text.length <= HOT_PATH_LIMITS.keptLengthMax ? [[name, text] as const] : [];
    });
    const entries = changed.map((sku) => keys.entry(sku));
    this.#redis.settle(entries, texts, HOT_PATH_LIMITS.keptMs);
  }

  /** The answer that a repeat of the call gets; null: none is known. Never throws. */
  async answerTo(asked: IdempotencyKey): Promise<Answer | null> {
    const keys = this.#readKeys.known;
    if (!keys) return null;
    const found = await this.#texts.call(keys.kept(asked));
    return found === null || found.text === null ? null : answerFromText(asked, found.text);
  }
}

function answerFromText(asked: IdempotencyKey, text: string): Answer | null {
  // Like a row of idempotency_keys: written by this service, under a name that only this key has.
  const { fingerprint, outcome } = JSON.parse(text) as Pick<KeptOutcome, 'fingerprint' | 'outcome'>;
  return answerFromKept(asked, { ...asked, fingerprint, outcome });
}
