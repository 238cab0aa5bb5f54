import { z } from 'zod';

const PLUGIN = '@scalar/fastify-api-reference';

/** What the plugin of Scalar uses of Fastify. It is the one package that has Scalar's script and no more. */
interface Registered {
  readonly url: string;
  readonly handler: (request: unknown, reply: Reply) => unknown;
}
interface Reply {
  readonly header: () => Reply;
  readonly send: (text: string) => void;
}
type Plugin = (fastify: object, options: object, next: () => void) => void;

const plugin = z.object({ default: z.custom<Plugin>((value) => typeof value === 'function') });

/** The script that shows an OpenAPI document: 4 MB, for browsers. @throws {Error} when Scalar does not give it */
export function readScalarScript(): string {
  // Not an import: the plugin is an ES module, which Jest cannot load.
  const load = process.getBuiltinModule('node:module').createRequire(__filename);
  const routes: Registered[] = [];
  const fastify = { hasPlugin: () => false, route: (route: Registered) => routes.push(route) };
  plugin.parse(load(PLUGIN)).default(fastify, { configuration: { url: 'openapi.json' } }, () => undefined);
  let script: string | undefined;
  const reply: Reply = { header: () => reply, send: (text) => void (script = text) };
  routes.find(({ url }) => url.endsWith('.js'))?.handler(null, reply);
  if (script === undefined) throw new Error(`${PLUGIN} has no script`);
  return script;
}
