/** One call of a route. `$name` in its path, headers or body stands for what an earlier answer had there. */
export interface RouteCase {
  /** Method and path, as the list of routes has them. */
  readonly route: string;
  readonly what: string;
  readonly status: number;
  /** The path and query that are called, where they are not those of the route. */
  readonly path?: string;
  readonly headers?: readonly string[];
  /** An object is sent as JSON, text as it is. */
  readonly body?: object | string;
  /** Keeps a field of the answer under a name. */
  readonly keep?: readonly [name: string, field: string];
}

type Call = readonly [what: string, status: number, rest?: Omit<RouteCase, 'route' | 'what' | 'status'>];

/** Cases of one route. */
export const of = (route: string, ...calls: readonly Call[]): readonly RouteCase[] =>
  calls.map(([what, status, rest]) => Object.assign({ route, what, status }, rest));

/** No id that exists. */
export const NO_ID = '0199b0c4-0000-7000-8000-000000000000';

/** A body of a reservation of one line. */
export const line = (quantity: number, sku = 'MUG') => ({ lines: [{ sku, quantity }] });
