/**
 * For Prisma's own command line, which is not installed: `npx prisma@7.10.1 validate`. The service applies migrations
 * itself, at start (packages/db/src/migrate.ts).
 */
export default {
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
};
