import { followEvents, type FollowOptions, type HoldfastEvent } from './follow-events.ts';
import type { Reservation } from './generated/openapi.ts';
import { OPERATIONS, type Resources } from './generated/operations.ts';
import { listOf } from './list.ts';
import { type AllOptions, type Operation, outgoing } from './outgoing.ts';
import { type ClientOptions, Transport } from './transport.ts';
import { type Hold, type HoldRequest, withHold, type WithHoldOptions } from './with-hold.ts';

export interface Client extends Resources {
  readonly events: Resources['events'] & {
    /**
     * Events as they come, each at least once, from where the cursor store says: by server-sent events, and
     * by long polls where streams do not pass. Leave the loop, or abort the signal, to stop.
     */
    follow(options: FollowOptions): AsyncIterable<HoldfastEvent>;
  };
  /**
   * Holds stock while a function runs, such as a payment: extends the hold meanwhile, confirms it when the
   * function has resolved, and releases it when the function has thrown.
   *
   * @throws {HoldfastError} of the create or of the confirm, or what the function throws
   */
  withHold<Result>(
    wanted: HoldRequest,
    use: (hold: Hold) => Promise<Result>,
    options?: WithHoldOptions<Result>,
  ): Promise<{ readonly result: Result; readonly reservation: Reservation }>;
}

/** A client for one service. It holds no connection and no timer: it need not be closed. */
export function createClient(options: ClientOptions): Client {
  const transport = new Transport(options);
  const resources = Object.entries(OPERATIONS).map(([resource, operations]) => [
    resource,
    Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, functionOf(transport, operation)]),
    ),
  ]);
  const all = Object.fromEntries(resources) as unknown as Resources;
  return {
    ...all,
    events: { ...all.events, follow: (options) => followEvents(transport, options) },
    withHold: (...args) => withHold(all.reservations, ...args),
  };
}

/** The function that `generated/operations.ts` declares. */
function functionOf(transport: Transport, operation: Operation) {
  const { path, bodyTypes, hasQuery, isList } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return (...args: readonly unknown[]) => {
    const filled = names.reduce((filling, name, at) => fill(filling, name, args[at]), path);
    const rest = args.slice(names.length);
    const body = bodyTypes ? rest.shift() : undefined;
    const query = !bodyTypes && hasQuery ? rest.shift() : undefined;
    const options = (rest.shift() ?? {}) as AllOptions;
    const asked = { ...options.query, ...(query as object | undefined) };
    const send = (cursor?: string) =>
      transport.send(
        outgoing(
          operation,
          transport.urlOf(filled, cursor === undefined ? asked : { ...asked, cursor }),
          body,
          options,
        ),
        options,
      );
    return isList ? listOf(send as Parameters<typeof listOf>[0]) : send();
  };
}

function fill(path: string, name: string, value: unknown): string {
  // A URL drops `.` and `..`: the call would be another one.
  if (typeof value !== 'string' || ['', '.', '..'].includes(value)) {
    throw new TypeError(`${name} must be a text, and not empty`);
  }
  return path.replace(`{${name}}`, encodeURIComponent(value));
}
