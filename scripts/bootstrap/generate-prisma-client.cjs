/**
 * Generates the Prisma client, as `prisma generate` does, without Prisma's command line (docs/decisions/0026).
 * CommonJS, because the generator's ES modules cannot be imported by Node.
 */
const { readFileSync, rmSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');
const { PrismaClientTsGenerator } = require('@prisma/client-generator-ts');
const { getConfig, getDMMF } = require('@prisma/internals');

const ROOT = join(__dirname, '../..');
const SCHEMA = join(ROOT, 'prisma/schema.prisma');

async function generate() {
  requireSameVersion();
  const datamodel = readFileSync(SCHEMA, 'utf8');
  const schema = { datamodel: [[SCHEMA, datamodel]] };
  const { generators, datasources } = await getConfig(schema);
  const output = resolve(dirname(SCHEMA), generators[0].output.value);
  // The generator leaves the files of models that are gone.
  rmSync(output, { recursive: true, force: true });
  await new PrismaClientTsGenerator().generate({
    generator: { ...generators[0], output: { value: output, fromEnvVar: null }, isCustomOutput: true },
    otherGenerators: [],
    schemaPath: SCHEMA,
    datamodel,
    dmmf: await getDMMF(schema),
    datasources,
    // Stands in a comment and a field that nothing reads.
    version: versionOf('client'),
  });
}

/** A generated client needs the run-time library of the same version. */
function requireSameVersion() {
  const [generator, library] = ['client-generator-ts', 'client'].map(versionOf);
  if (generator === library) return;
  throw new Error(`@prisma/client-generator-ts is ${generator}, and @prisma/client is ${library}.`);
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(ROOT, `node_modules/@prisma/${name}/package.json`), 'utf8')).version;
}

generate().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
