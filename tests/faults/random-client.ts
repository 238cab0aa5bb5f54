import { setTimeout as pause } from 'node:timers/promises';
import { onceIn, pick, type Dice } from '@holdfast/domain/testing';
import { eventually, type Reservation } from '@holdfast/testing';
import { PatientClient, type Answer, type Call } from './patient-client.ts';
import type { Findings } from './findings.ts';
import { someCount, someLines } from './goods.ts';
import type { Problem } from '../api-client.ts';
import { Owned } from './owned.ts';

/** The answers to all clients of a round. */
export interface Records {
  readonly owned: Owned[];
  /** Orders that were refused: nothing may be there of them. */
  readonly refused: Set<string>;
  /** Keys that were used, with the answer that they stand for. */
  readonly keys: Map<string, Answer>;
}

export interface RandomClientOptions {
  /** No other client of any round has it. */
  readonly name: string;
  readonly dice: Dice;
  readonly apis: () => readonly string[];
  readonly findings: Findings;
  readonly records: Records;
  readonly isOver: () => boolean;
  /** Before each of its changes. */
  readonly thinkTimeMs: number;
}

const SOURCING = ['split', 'split', 'no_split', 'single_location'] as const;

/** Makes random carts until the round is over. It stores and checks all answers. */
export class RandomClient {
  readonly #options: RandomClientOptions;
  readonly #dice: Dice;
  readonly #client: PatientClient;
  #numbers = 0;

  constructor(options: RandomClientOptions) {
    this.#options = options;
    this.#dice = options.dice;
    this.#client = new PatientClient(options.apis, options.dice, options.findings);
  }

  async run(): Promise<void> {
    const { isOver, findings } = this.#options;
    while (!isOver() && findings.violations.length === 0) {
      if (onceIn(this.#dice, 25)) await this.#client.insist(someCount(this.#dice));
      const owned = onceIn(this.#dice, 6) ? await this.#createMany() : await this.#createOne();
      for (const each of owned) await this.#liveOn(each);
    }
  }

  async #createOne(): Promise<readonly Owned[]> {
    const wish = this.#wish();
    const answer = await this.#say<Reservation & Problem>({
      method: 'POST',
      path: '/v1/reservations',
      body: wish,
      key: this.#name('k'),
    });
    return this.#created(wish, answer.status, answer.body);
  }

  async #createMany(): Promise<readonly Owned[]> {
    const wishes = Array.from({ length: this.#dice.whole(2, 3) }, () => this.#wish());
    const atomic = onceIn(this.#dice, 2);
    const isKeyedByPart = onceIn(this.#dice, 2);
    const reservations = wishes.map((wish) => ({
      ...wish,
      ...(isKeyedByPart ? { idempotency_key: this.#name('part') } : {}),
    }));
    const { status, body } = await this.#say<BatchAnswer & Problem>({
      method: 'POST',
      path: '/v1/reservations/batch',
      body: { atomic, reservations },
      ...(isKeyedByPart ? {} : { key: this.#name('k') }),
    });
    if (status === 409) {
      this.#check(atomic && body.code === 'insufficient_stock', () => `a batch: ${JSON.stringify(body)}`);
      for (const { order_id } of wishes) this.#options.records.refused.add(order_id);
      return [];
    }
    this.#check(status === (atomic ? 201 : 200), () => `a batch: ${status} ${JSON.stringify(body)}`);
    return body.results.flatMap((result, index) => {
      const wish = wishes[index];
      if (!wish) return [];
      const answer = result.status === 201 ? result.reservation : result.problem;
      return this.#created(wish, result.status, answer as Reservation & Problem);
    });
  }

  #created(wish: Wish, status: number, body: Reservation & Problem): readonly Owned[] {
    const { records } = this.#options;
    if (status !== 201) {
      this.#check(
        status === 409 && body.code === 'insufficient_stock',
        () => `create: ${status} ${JSON.stringify(body)}`,
      );
      records.refused.add(wish.order_id);
      return [];
    }
    this.#check(
      body.order_id === wish.order_id &&
        body.version === 1 &&
        body.status === (wish.confirm ? 'confirmed' : 'held'),
      () => `created is not what was asked for: ${JSON.stringify([wish, body])}`,
    );
    const owned = new Owned(body, this.#options.findings);
    records.owned.push(owned);
    return [owned];
  }

  /** The calls that a client may still send for a reservation. */
  async #liveOn(owned: Owned): Promise<void> {
    for (let verbs = this.#dice.whole(0, 4); verbs > 0 && !this.#options.isOver(); verbs -= 1) {
      const verb = owned.nextVerb(this.#dice, (this.#numbers += 1));
      if (verb.waitsForTheEnd) await this.#waitForTheEnd(owned);
      const isSafeWithoutKey = verb.isRepeatable && onceIn(this.#dice, 3);
      const answer = await this.#say<Reservation & Problem>({
        method: 'POST',
        path: `/v1/reservations/${owned.id}/${verb.name}`,
        body: verb.body,
        ...(isSafeWithoutKey ? {} : { key: this.#name('k') }),
      });
      owned.learn(verb, answer);
    }
  }

  async #waitForTheEnd(owned: Owned): Promise<void> {
    if (owned.last.status !== 'held') return;
    const isExpired = async () => {
      const path = `/v1/reservations/${owned.id}`;
      const { body } = await this.#client.insist<Reservation>({ method: 'GET', path });
      return body.status === 'expired' || this.#options.isOver();
    };
    await eventually(isExpired, { everyMs: 100 });
  }

  /** Says it until it is answered, and now and then once more: the answer must be the same. */
  async #say<Body>(call: Call): Promise<Answer<Body>> {
    await pause(this.#options.thinkTimeMs);
    const answer = await this.#client.insist<Body>(call);
    if (call.key === undefined) return answer;
    this.#options.records.keys.set(call.key, answer);
    if (!onceIn(this.#dice, 8)) return answer;
    const again = await this.#client.insist<Body>(call);
    this.#check(
      again.isReplay && again.status === answer.status && isSameBody(again.body, answer.body),
      () => `a repeat of ${call.path} was answered ${JSON.stringify([answer, again])}`,
    );
    return answer;
  }

  #wish(): Wish {
    const isSold = onceIn(this.#dice, 6);
    return {
      order_id: this.#name('o'),
      cart_id: this.#options.name,
      lines: someLines(this.#dice),
      sourcing: pick(this.#dice, SOURCING),
      confirm: isSold,
      ...(isSold ? {} : { ttl_seconds: this.#dice.whole(1, 2) }),
    };
  }

  #name(kind: string): string {
    return `${kind}-${this.#options.name}-${(this.#numbers += 1)}`;
  }

  #check(isSo: boolean, what: () => string): void {
    this.#options.findings.check(isSo, what);
  }
}

interface Wish {
  readonly order_id: string;
  readonly confirm: boolean;
  readonly [more: string]: unknown;
}

interface BatchAnswer {
  readonly results: readonly {
    readonly status: number;
    readonly reservation?: Reservation;
    readonly problem?: Problem;
  }[];
}

const isSameBody = (one: unknown, other: unknown): boolean => comparable(one) === comparable(other);

/** A refusal that is repeated has another request id; nothing else may differ. */
const comparable = (body: unknown): string =>
  JSON.stringify(body, (name, value: unknown) => (name === 'instance' ? undefined : value));
