import { exchange } from '../exchange.ts';
import { EVENTS } from './events.ts';
import { OPERATIONS } from './operations.ts';
import { ORDERS } from './orders.ts';
import { RESERVATIONS } from './reservations.ts';
import type { RouteCase } from './route-case.ts';
import { STOCK } from './stock.ts';
import { WEBHOOKS } from './webhooks.ts';

/** Calls of every route, ordered so that each has the resources that it needs. */
export const ROUTE_CASES: readonly RouteCase[] = [
  RESERVATIONS,
  ORDERS,
  STOCK,
  EVENTS,
  WEBHOOKS,
  OPERATIONS,
].flat();

/** An API, and what its answers had. */
export interface Side {
  readonly url: string;
  /** Keys by name: `{name}` in a header stands for one. */
  readonly keys: Readonly<Record<string, string>>;
  /** By name: `$name` stands for it. */
  readonly kept: Map<string, string>;
}

export interface Sent {
  readonly line: string;
  readonly headers?: readonly string[];
  readonly body?: object | string;
}

/** The whole answer as it came. */
export async function send({ url, keys, kept }: Side, { line, headers = [], body }: Sent): Promise<string> {
  const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '');
  const has = (name: string) => headers.some((header) => header.startsWith(name));
  const head = [
    `${line} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    'Last-Event-ID: x', // refused, as a stream would not end
    ...(has('Authorization') ? [] : [`Authorization: Bearer {all}`]),
    ...(text === '' || has('Content-Type') ? [] : ['Content-Type: application/json']),
    ...(text === '' ? [] : [`Content-Length: ${Buffer.byteLength(text)}`]),
    ...headers,
  ];
  const filled = head
    .join('\r\n')
    .replaceAll(/\$(\w+)/g, (_all, name: string) => kept.get(name) ?? 'nothing')
    .replaceAll(/\{(\w+)\}/g, (_all, name: string) => keys[name] ?? '');
  return exchange(url, `${filled}\r\n\r\n${text}`);
}

/** The request of a case. */
export function sentOf({ route, path, headers, body }: RouteCase): Sent {
  const [method = '', template = ''] = route.split(' ');
  return {
    line: `${method} ${path ?? template}`,
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
  };
}

/** Keeps what a case keeps of its answer. */
export function keepField({ kept }: Side, answer: string, keep: RouteCase['keep']): void {
  if (keep) kept.set(keep[0], fieldOf(answer, keep[1]));
}

export const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

function fieldOf(answer: string, field: string): string {
  let value: unknown = JSON.parse(answer.split('\r\n\r\n')[1] ?? '');
  for (const name of field.split('.')) value = Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
  return String(value);
}
