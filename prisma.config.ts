import { defineConfig } from 'prisma/config';

/** For Prisma's own command line. The service applies migrations itself, at start (packages/db/src/migrate.ts). */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
