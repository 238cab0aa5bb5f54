import { readDatabaseVersions, readServerConnections, readTableSizes } from '@holdfast/db';
import { z } from 'zod';
import manifest from '../../package.json';
import { shownSettings } from '../config.ts';
import { apiConnections, type ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';

/** The version of this service, from its package. */
const VERSION = z.object({ version: z.string() }).parse(manifest).version;

const count = z.int().min(0);

export const systemAnswer = z
  .strictObject({
    versions: z.strictObject({
      holdfast: z.string(),
      node: z.string(),
      postgresql: z.string(),
      schema: z.string().meta({ description: 'The newest migration that was applied' }),
    }),
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).meta({
      description:
        'Settings of the API that answers, by the names of their variables, without secrets and addresses',
    }),
    replicas: z
      .array(
        z
          .strictObject({
            name: z.string(),
            state: z.string().meta({ description: '`in_use`, or why no reads go to it' }),
            lag_seconds: z.number().nullable().meta({ description: 'null: not known' }),
          })
          .meta({ id: 'ReplicaState' }),
      )
      .meta({ description: 'Read replicas, as the API that answers sees them' }),
    tables: z
      .array(z.strictObject({ table: z.string(), bytes: count, rows: count }).meta({ id: 'TableSize' }))
      .meta({ description: 'Largest first. `bytes` includes indexes, `rows` is an estimate' }),
    connections: z
      .strictObject({
        allowed: count.meta({ description: 'max_connections of PostgreSQL' }),
        reserved: count.meta({ description: 'Of these, for superusers' }),
        in_use: count,
        of_this_api: count.meta({ description: 'How many the API that answers opens at most' }),
      })
      .meta({ description: 'Connections to PostgreSQL' }),
  })
  .meta({ id: 'System' });

export const getSystem = ({ config, database, replicas }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/system',
    tag: 'Operations',
    scope: 'ops:read',
    readFrom: 'primary',
    summary: 'Versions, settings, sizes of tables and connections to PostgreSQL',
    answers: { 200: { description: 'The system', schema: systemAnswer } },
    refusals: [],
    async handle() {
      const { max, reserved, inUse } = await readServerConnections(database);
      const body: z.input<typeof systemAnswer> = {
        versions: {
          holdfast: VERSION,
          node: process.versions.node,
          ...(await readDatabaseVersions(database.prisma)),
        },
        settings: shownSettings(config),
        replicas: replicas.map(({ name, state, lagMs }) => ({
          name,
          state,
          lag_seconds: Number.isFinite(lagMs) ? lagMs / 1_000 : null,
        })),
        tables: [...(await readTableSizes(database.prisma))],
        connections: { allowed: max, reserved, in_use: inUse, of_this_api: apiConnections(config).total },
      };
      return { status: 200, body };
    },
  });
