import type { IncomingMessage, ServerResponse } from 'node:http';
import { classifyDatabaseError, type Replica, type Replicas } from '@holdfast/db';
import { CallerGone } from '@holdfast/ledger';
import type { ReadSource } from '../read-source.ts';
import { isOutcomeUnknown } from './answer-error.ts';
import { CONSISTENCY_TOKEN, readToken, TOKEN_OF_PRIMARY, tokenOf } from './consistency-token.ts';
import { Problem } from './problem.ts';
import { readsOnly, type Answer, type Call, type Route } from './route.ts';

/** A call, and the request and response that it is about. */
interface Exchange {
  readonly call: Call<unknown, unknown, unknown>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Has calls handled with the connections that they are to read from. */
export interface ReadSources {
  readonly primary: ReadSource;
  /** @throws {unknown} the handler's error, or {Problem} for a malformed token */
  handle(route: Route, exchange: Exchange): Promise<Answer>;
}

/** Without replicas nothing is chosen, and tokens are neither given out nor read. */
export const primaryOnly = (primary: ReadSource): ReadSources => ({
  primary,
  handle: (route, { call }) => route.handle(call),
});

/** `repeated`: it could not answer, so the primary did. `not_reached`: no replica was there in time. */
export type ReplicaReadOutcome = 'answered' | 'repeated' | 'not_reached';

export interface ReplicaSources {
  readonly primary: ReadSource;
  readonly replicas: Pick<Replicas, 'choose' | 'primary'>;
  readonly sourceOf: (replica: Replica) => ReadSource;
  /** Whether reads that may lag go to replicas without a token too. */
  readonly mayLag: boolean;
  /** Called for each read that may go to a replica. */
  readonly onRead: (outcome: ReplicaReadOutcome, replica: Replica | undefined) => void;
}

/** Answers reads from replicas as `Route.readFrom` allows, and gives each write the token of its commit. */
export const withReplicas = (options: ReplicaSources): ReadSources => ({
  primary: options.primary,
  handle(route, exchange) {
    if (!readsOnly(route)) return write(options.replicas, route, exchange);
    return (route.readFrom ?? 'primary') === 'primary'
      ? route.handle(exchange.call)
      : read(options, route, exchange);
  },
});

async function read(
  { primary, replicas, sourceOf, mayLag, onRead }: ReplicaSources,
  route: Route,
  { call, request }: Exchange,
): Promise<Answer> {
  const wanted = readToken(request.headers);
  if (wanted === null && !(mayLag && route.readFrom === 'lagging')) return route.handle(call);
  const onPrimary = () => route.handle(wanted === null ? call : { ...call, from: upToDate(primary) });
  const replica = await replicas.choose(wanted);
  if (!replica) {
    onRead('not_reached', undefined);
    return onPrimary();
  }
  try {
    const answer = await replica.read(wanted, () => route.handle({ ...call, from: sourceOf(replica) }));
    onRead('answered', replica);
    return answer;
  } catch (error) {
    if (isFinal(error, wanted !== null)) {
      onRead('answered', replica);
      throw error;
    }
    if (UNREACHABLE.has(classifyDatabaseError(error))) replica.leaveOut(error);
    onRead('repeated', replica);
    return onPrimary();
  }
}

/** A token is of a write that must be seen. */
const upToDate = (source: ReadSource): ReadSource => ({ ...source, knownAvailability: undefined });

const UNREACHABLE = new Set<unknown>(['unreachable', 'connection']);

/**
 * Whether the primary would answer the same. A refusal from a replica that may lag is not final: the resource
 * may have been created a moment ago.
 */
const isFinal = (error: unknown, hasToken: boolean): boolean =>
  error instanceof CallerGone || (error instanceof Problem && hasToken);

async function write(
  { primary }: ReplicaSources['replicas'],
  route: Route,
  { call, response }: Exchange,
): Promise<Answer> {
  const giveToken = async () => {
    const token = await primary.read().then(tokenOf, () => TOKEN_OF_PRIMARY);
    response.setHeader(CONSISTENCY_TOKEN, token);
  };
  try {
    const answer = await route.handle(call);
    await giveToken();
    return answer;
  } catch (error) {
    // After a conflict, a client that reads the resource again must not get an older version.
    if (error instanceof Problem && (error.status === 409 || error.status === 412)) await giveToken();
    if (isOutcomeUnknown(error)) response.setHeader(CONSISTENCY_TOKEN, TOKEN_OF_PRIMARY);
    throw error;
  }
}
